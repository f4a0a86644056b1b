"""Tests of the API, its webhooks and the drop folder."""
