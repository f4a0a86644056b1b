"""Settings of the desk. What an agency sets comes from the environment or from files (`configuration.py`); nothing secret is written here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from lawfulhold.desk.configuration import data_folder, flag, keys, number, setting

HERE = Path(__file__).resolve().parent
DATA = data_folder()
DESK_KEYS, DESK_INDEX_KEY, SECRET_KEY = keys()
DEBUG = flag("DEBUG", False)

# A real host name means a server behind TLS; without one the desk listens on loopback only.
_hosts = [name.strip() for name in setting("HOSTS").split(",") if name.strip()]
ALLOWED_HOSTS = [*_hosts, "localhost", "127.0.0.1", "[::1]"]
HTTPS = flag("HTTPS", bool(_hosts))
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in _hosts]

INSTALLED_APPS = [
    "lawfulhold.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
]
SITE_ID = 1
MIDDLEWARE = [
    "lawfulhold.desk.middleware.AddressBehindProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lawfulhold.desk.middleware.SessionLimits",
    "lawfulhold.desk.middleware.SecondFactor",
    "lawfulhold.desk.middleware.NotCached",
]
ROOT_URLCONF = "lawfulhold.desk.urls"
WSGI_APPLICATION = "lawfulhold.desk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lawfulhold.desk.context.desk",
            ]
        },
    }
]

# ---------------------------------------------------------------------------------------------- database

_SQLITE = {
    # A write takes the lock at its start, so that two writers wait for each other and never fail half way. FULL: what was
    # acknowledged survives a power failure.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;",
}


def database(url: str) -> dict[str, Any]:
    """Django's description of the database at `url` (sqlite:///path or postgresql://...)."""
    found: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = dict(_SQLITE)
        if found["NAME"] != ":memory:":
            Path(found["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        found.pop("CONN_HEALTH_CHECKS", None)
    return found


def _database_url() -> str:
    import os

    return os.environ.get("DATABASE_URL") or setting("DATABASE_URL") or f"sqlite:///{DATA / 'desk.sqlite3'}"


DATABASES = {"default": database(_database_url())}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The counts of wrong passwords and requests. Past its bound the cache throws away entries by chance, lock-outs among them: the bound lies far above
# what the limits of one address let in, and the work of every day takes out what has run out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "desk_cache",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# ---------------------------------------------------------------------------------------------- people

AUTH_USER_MODEL = "desk.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "lawfulhold.desk.accounts.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
# The lock-out: five wrong passwords for a name close it for a quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/900s/key", "reauthenticate": "10/m/user"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Lawful Hold desk"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
DESK_SECOND_FACTOR = flag("SECOND_FACTOR", True)
SESSION_COOKIE_AGE = number("SESSION_HOURS", 12, 1) * 3600
DESK_IDLE_SECONDS = number("IDLE_MINUTES", 30, 1) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ---------------------------------------------------------------------------------------------- the web

SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-desk", "__Host-desk-csrf") if HTTPS else ("desk", "desk-csrf")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# So many proxies of our own stand before the desk (0: none); only then is what they say of protocol and address believed.
DESK_PROXIES = number("PROXIES", 1, 1, 9) if flag("BEHIND_PROXY", False) else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DESK_PROXIES else None
X_FRAME_OPTIONS = "DENY"
_SELF = ["'self'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": ["'self'", "data:"],
        "font-src": _SELF,
        "connect-src": _SELF,
        "manifest-src": _SELF,
        "form-action": _SELF,
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
DESK_LARGEST_UPLOAD = number("LARGEST_UPLOAD_MB", 15, 1) * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = DESK_LARGEST_UPLOAD
FILE_UPLOAD_MAX_MEMORY_SIZE = DESK_LARGEST_UPLOAD  # uploads stay in memory: no plain copy of a paper on disk
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
STATIC_URL = "static/"
STATIC_ROOT = None  # files are served out of the package; nothing is collected
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---------------------------------------------------------------------------------------------- the desk's own

DESK_LAW_FOLDER = setting("LAW") or None
DESK_DROP_FOLDER = Path(setting("DROP_FOLDER") or DATA / "drop")
DESK_DEMO = flag("DEMO", False)
DESK_WEBHOOK_TIMEOUT = number("WEBHOOK_TIMEOUT", 10, 1, 60)
DESK_API_PER_MINUTE = number("API_PER_MINUTE", 600, 1)
DESK_API_WRONG_PER_MINUTE = number("API_WRONG_PER_MINUTE", 20, 1)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": setting("LOG_LEVEL", "WARNING")},
}
