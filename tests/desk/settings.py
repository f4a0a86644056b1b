"""Settings of the tests: the desk's own, with keys of the tests and quick passwords."""

import os
import tempfile

os.environ.setdefault("LAWFULHOLD_DESK_DATA", tempfile.mkdtemp(prefix="desk-tests-"))
os.environ.setdefault(
    "LAWFULHOLD_DESK_KEYS", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,index:test-index,secret:test-secret-of-fifty-characters-or-more-1234567890"
)
os.environ.setdefault("LAWFULHOLD_DESK_SECOND_FACTOR", "no")

from lawfulhold.desk.settings import *  # noqa: F403
from lawfulhold.desk.settings import DATABASES, database

if "DATABASE_URL" not in os.environ:
    DATABASES = {"default": {**database("sqlite://:memory:"), "CONN_MAX_AGE": 0}}
DATABASES["default"]["CONN_MAX_AGE"] = 0
# Tables are made from the models, in a second; test_migrations.py shows that the migrations make the same.
DATABASES["default"]["TEST"] = {"MIGRATE": False}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True
