"""The desk: the system of record that a jail's records office and release desk use (a Django project)."""
