"""Tests of what comes in with a bad intention, or by mistake."""
