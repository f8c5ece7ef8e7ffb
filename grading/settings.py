"""Django's settings, each read from the environment through `grading.env` (listed in docs/settings.md).

Embedded (nothing set): SQLite and files in INKGRADE_HOME. Distributed (REDIS_URL set): PostgreSQL, Celery.
"""

from __future__ import annotations

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
    "INKGRADE_TRUST_PROXY",
    False,
    "Believe X-Forwarded-Proto and X-Forwarded-For; only behind a proxy that sets both itself.",
):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
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
MAX_SCHOOL_BYTES = 1_000_000_000 * env_int(
    "INKGRADE_MAX_SCHOOL_GB", 0, "Most gigabytes of scans of one school; 0 for no limit.", least=0
)
UPLOAD_KEEP_DAYS = env_int(
    "INKGRADE_UPLOAD_KEEP_DAYS",
    7,
    "Days that an unfinished upload is kept to be gone on with, before what arrived of it is deleted.",
    least=1,
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "grading.core.sent.without_nul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "grading.portal.appearance.AppearanceMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
                "grading.portal.context.appearance",
            ]
        },
    }
]
FORM_RENDERER = "grading.portal.form_renderer.QuickRenderer"
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
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SIGNUP_OPEN = env_bool(
    "INKGRADE_SIGNUP", True, "Anyone may make an account with a school of their own; no: invited people only."
)
INVITATION_DAYS = env_int(
    "INKGRADE_INVITATION_DAYS", 14, "Days that an invitation to a school can be accepted.", least=1
)
ACCOUNT_ADAPTER = "grading.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "grading.accounts.signing_up.SignUpFields"
ACCOUNT_FORMS = {
    "login": "grading.accounts.forms.LoginForm",
    "signup": "grading.accounts.forms.SignUpForm",
    "reset_password_from_key": "grading.accounts.forms.NewPasswordForm",
    "change_password": "grading.accounts.forms.ChangePasswordForm",
    "set_password": "grading.accounts.forms.SetPasswordForm",
    "reset_password": "grading.accounts.forms.ForgottenForm",
    "reauthenticate": "grading.accounts.forms.ReauthenticateForm",
}
# A laptop without a mail server must let its teacher in: no address has to be confirmed.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True
LOGIN_TRIES = env_int("INKGRADE_LOGIN_TRIES", 8, "Wrong passwords until an address must wait.", least=1)
LOGIN_WAIT_MINUTES = env_int("INKGRADE_LOGIN_WAIT_MINUTES", 10, "Minutes of that wait.", least=1)
# A whole staff room may share one address of the network, so that limit is the wider one.
ACCOUNT_RATE_LIMITS = {"login_failed": f"60/m/ip,{LOGIN_TRIES}/{60 * LOGIN_WAIT_MINUTES}s/key"}
MFA_ADAPTER = "grading.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "grading.accounts.forms_second_factor.CodeForm",
    "reauthenticate": "grading.accounts.forms_second_factor.CodeAgainForm",
    "activate_totp": "grading.accounts.forms_second_factor.ActivateForm",
}
MFA_TOTP_ISSUER = "Inkgrade"
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The tries of log-in are counted in the database: for all processes together, and over a restart.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}

# Single sign-on by OpenID Connect, when a server is named
SOCIALACCOUNT_ADAPTER = "grading.accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
# The policy against foreign form targets stops a form that ends at the server, so a link leads there.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = locations.sign_on_provider(
    url=env_url(
        "INKGRADE_OIDC_URL",
        "",
        "OpenID Connect server that people may log in with; its verified addresses are believed.",
        schemes=("https", "http"),
    ),
    client_id=env_str("INKGRADE_OIDC_CLIENT_ID", "", "The client that Inkgrade is at that server."),
    secret=env_str("INKGRADE_OIDC_SECRET", "", "The secret of that client."),
    name=env_str("INKGRADE_OIDC_NAME", "Single sign-on", "What the button on the log-in page says."),
)

# Mail
_mail = locations.mail_server(
    env_url(
        "INKGRADE_EMAIL_URL",
        "",
        "Mail server, as smtp://USER:PASSWORD@HOST:587 (STARTTLS; ?tls=no for none) or smtps://HOST:465. "
        "Without one, links of invitations and new passwords are shown to the owner of the school.",
        schemes=("smtp", "smtps"),
    )
)
SENDS_MAIL = _mail is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail else 'dummy'}.EmailBackend"
if _mail:
    EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.implicit_tls, _mail.starttls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env_str("INKGRADE_EMAIL_FROM", "inkgrade@localhost", "Sender of its mails.")

# Language and time
LANGUAGE_CODE = env_str("INKGRADE_LANGUAGE", "en", "Language when the browser asks for none of en, de, fr.")
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "grading" / "locale"]
LANGUAGE_COOKIE_NAME = "inkgrade_language"
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
    "loggers": {"grading": {"level": LOG_LEVEL}},
}
