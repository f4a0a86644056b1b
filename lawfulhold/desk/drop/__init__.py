"""The drop folder: CSV files for jails whose system has no way to call the API."""
