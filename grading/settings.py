"""Django's settings, each read from the environment through `grading.env` (listed in docs/settings.md).

Embedded (nothing set): SQLite and files in INKGRADE_HOME. Distributed (REDIS_URL set): PostgreSQL, Celery.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from grading import locations
from grading.env import env_bool, env_int, env_list, env_path, env_secret, env_str, env_url

BASE_DIR = Path(__file__).resolve().parent.parent

# Where things are
INKGRADE_HOME: Path = (
    env_path(
        "INKGRADE_HOME",
        None,
        "Folder of the embedded service: database, uploads, crops, secret key.",
        shown="var/ beside manage.py",
    )
    or BASE_DIR / "var"
)
DATABASE_URL = env_url(
    "DATABASE_URL",
    "",
    "The database, as postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:////ABSOLUTE/PATH.",
    schemes=("postgresql", "postgres", "sqlite"),
    shown="SQLite in INKGRADE_HOME",
)
REDIS_URL = env_url(
    "REDIS_URL",
    "",
    "Redis, as redis://HOST:PORT/0; makes the service distributed: Celery workers, strict security.",
    schemes=("redis", "rediss"),
)
INKGRADE_STORAGE_URL = env_url(
    "INKGRADE_STORAGE_URL",
    "",
    "S3-compatible storage of uploads, crops and reports, as s3://BUCKET/PREFIX?endpoint=URL&region=NAME; "
    "the keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    schemes=("s3",),
    shown="local files in INKGRADE_HOME",
)
INKGRADE_DATA = env_path(
    "INKGRADE_DATA",
    None,
    "Folder of labelled data sets, for training and for tests that read them.",
    shown="empty",
)
INKGRADE_WEIGHTS = env_path(
    "INKGRADE_WEIGHTS",
    None,
    "Folder of other model weights than the shipped ones.",
    shown="the shipped weights",
)

DISTRIBUTED = bool(REDIS_URL)
DEBUG = env_bool("DEBUG", False, "Show tracebacks in the browser. Never on a reachable machine.")
SECRET_KEY = env_secret(
    "SECRET_KEY",
    "Signs sessions and links. Required in the distributed service.",
    required=DISTRIBUTED and not DEBUG,
    shown="made at the first start, kept in INKGRADE_HOME/secret_key",
) or locations.kept_secret(INKGRADE_HOME)

# Security
ALLOWED_HOSTS = env_list(
    "ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"], "Host names under which the portal is reached."
)
CSRF_TRUSTED_ORIGINS = env_list(
    "CSRF_TRUSTED_ORIGINS",
    [],
    "Origins of a reverse proxy that changes the host name, as https://ink.example.org.",
)
HTTPS = env_bool(
    "INKGRADE_HTTPS",
    DISTRIBUTED,
    "The portal is reached by https: cookies only encrypted, http redirected, browsers remember it.",
    shown="yes when REDIS_URL is set",
)
if env_bool(
    "INKGRADE_TRUST_PROXY", False, "Believe X-Forwarded-Proto; only behind a proxy that sets it itself."
):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "inkgrade_session"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 3600 * env_int(
    "INKGRADE_SESSION_HOURS", 12, "Hours until a login ends by itself.", least=1
)
SESSION_SAVE_EVERY_REQUEST = False
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Uploads
MAX_UPLOAD_BYTES = 1_000_000 * env_int(
    "INKGRADE_MAX_UPLOAD_MB", 2000, "Largest file taken in, in megabytes.", least=1
)
MAX_FILE_PAGES = env_int("INKGRADE_MAX_FILE_PAGES", 5000, "Most pages of one file.", least=1)
MAX_PAGE_MEGAPIXELS = env_int(
    "INKGRADE_MAX_PAGE_MEGAPIXELS",
    120,
    "Largest page image, in millions of pixels; checked before decoding.",
    least=1,
)
DATA_UPLOAD_MAX_NUMBER_FILES = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

# Work queue
JOB_LEASE_SECONDS = env_int(
    "INKGRADE_LEASE_SECONDS", 60, "Seconds that a worker keeps a job without a sign of life.", least=2
)
JOB_LIMIT_SECONDS = env_int(
    "INKGRADE_JOB_LIMIT_SECONDS",
    120,
    "Seconds after which a batch of jobs is taken for hung and its worker ended.",
    least=2,
)
JOB_SWEEP_SECONDS = env_int(
    "INKGRADE_SWEEP_SECONDS", 5, "Seconds between two looks for jobs that dead workers held.", least=1
)
JOB_RETRY_SECONDS = env_int("INKGRADE_RETRY_SECONDS", 1, "Seconds before a failed job is tried again.")

# Django
INSTALLED_APPS = [
    "grading.core",
    "grading.accounts",
    "grading.exams",
    "grading.scans",
    "grading.marking",
    "grading.review",
    "grading.reports",
    "grading.api",
    "grading.portal",
    "axes",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
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
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "grading.urls"
WSGI_APPLICATION = "grading.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "grading.accounts.context.membership",
                "grading.portal.context.abilities",
            ]
        },
    }
]
DATABASES = {"default": locations.database(DATABASE_URL, INKGRADE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "static/"
STATIC_ROOT = env_path(
    "INKGRADE_STATIC_ROOT",
    BASE_DIR / "build" / "static" if DISTRIBUTED else None,
    "Where collectstatic puts the stylesheet and scripts of the distributed portal.",
    shown="build/static when REDIS_URL is set",
)
STATICFILES_DIRS = [BASE_DIR / "grading" / "static"]
WHITENOISE_USE_FINDERS = not DISTRIBUTED
STORAGES: dict[str, dict[str, Any]] = {
    "default": locations.media_storage(INKGRADE_STORAGE_URL, INKGRADE_HOME),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if DISTRIBUTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
# One address cannot lock a colleague out from elsewhere: failures are counted for the pair.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"  # as in the login form; axes guesses the model's field name
AXES_FAILURE_LIMIT = env_int(
    "INKGRADE_LOGIN_TRIES", 8, "Wrong passwords until an address must wait.", least=1
)
AXES_COOLOFF_TIME = timedelta(
    minutes=env_int("INKGRADE_LOGIN_WAIT_MINUTES", 10, "Minutes of that wait.", least=1)
)
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False

# Language and time
LANGUAGE_CODE = env_str("INKGRADE_LANGUAGE", "en", "Language when the browser asks for none of en, de, fr.")
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "grading" / "locale"]
TIME_ZONE = env_str(
    "INKGRADE_TIME_ZONE", "UTC", "Time zone of dates in the portal and in reports, as Europe/Berlin."
)
USE_TZ = True

LOG_LEVEL = env_str(
    "INKGRADE_LOG_LEVEL", "INFO", "Least serious message in the log: DEBUG, INFO, WARNING or ERROR."
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"grading": {"level": LOG_LEVEL}, "axes": {"level": "ERROR"}},
}
