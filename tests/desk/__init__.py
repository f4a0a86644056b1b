"""Tests of the desk. They run on SQLite; `test_postgresql.py` runs all of them once more on a real PostgreSQL."""
