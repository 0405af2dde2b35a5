"""Django settings. Everything a site may change comes from the environment; docs/operations.md lists the names."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cityhall.kernel.home import home, secret

HOME = home()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = os.environ.get("CITYHALL_SECRET_KEY") or secret("django")
# Earlier keys: what they signed, hid or encrypted is still read, nothing new is made with them.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("CITYHALL_SECRET_KEY_BEFORE", "").split(",") if key]
DEBUG = os.environ.get("CITYHALL_DEBUG") == "1"
ALLOWED_HOSTS = [
    name.strip() for name in os.environ.get("CITYHALL_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
]
# Where people reach this node; links in e-mails begin with it.
CITYHALL_ADDRESS = os.environ.get("CITYHALL_ADDRESS", "http://localhost:8000").rstrip("/")
# Who publishes the catalogue, in linked data: `name in Chinese|name in English`; the site itself when nobody is named.
CITYHALL_PUBLISHER = os.environ.get("CITYHALL_PUBLISHER", "")
CITYHALL_DEMO = os.environ.get("CITYHALL_DEMO") == "1"
CITYHALL_FILES_URL = os.environ.get("CITYHALL_FILES_URL", "")
SECURE = os.environ.get("CITYHALL_HTTPS") == "1"

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_tasks",
    "django_tasks_db",
    "cityhall.kernel",
    "cityhall.ledger",
    "cityhall.identity",
    "cityhall.places",
    "cityhall.messaging",
    "cityhall.catalog",
    "cityhall.cases",
    "cityhall.warehouse",
    "cityhall.cleaning",
    "cityhall.collection",
    "cityhall.opening",
    "cityhall.federation",
    "cityhall.app",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "cityhall.web.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "cityhall.web.middleware.Sizes",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "cityhall.web.metering.Metering",
    "cityhall.web.middleware.Heads",
    "cityhall.web.middleware.Errors",
]
# Calls per minute and per day (of the city); nothing or 0 is no limit. Without a key: of one address.
CITYHALL_LIMITS = {
    name: os.environ.get(f"CITYHALL_LIMIT_{name.upper()}", usual)
    for name, usual in (
        ("pages", "1200,0"),
        ("anonymous", "600,50000"),
        ("keyed", "6000,1000000"),
        ("anonymous_heavy", "30,500"),
        ("keyed_heavy", "120,5000"),
    )
}
# Addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.
CITYHALL_TRUSTED_PROXIES = os.environ.get("CITYHALL_TRUSTED_PROXIES", "")
if CITYHALL_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def _database(url: str) -> dict[str, object]:
    """The Django form of `DATABASE_URL` (postgres://…), or SQLite in the state folder when empty."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "cityhall.sqlite3",
            "CONN_MAX_AGE": 600,  # opening the file anew costs as much as the rest of a small answer
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # WAL itself is set once, when the file is made: two processes setting it at once fail with "locked".
                "init_command": "PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; PRAGMA mmap_size=134217728",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
# What counts attempts (signing in, signing up, one-time codes) is one for all processes and hosts; what only saves work is
# each process's own (`near`).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "near": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
# Whether visitors may make accounts themselves: `open` or `closed` (then an operator registers people).
CITYHALL_SIGN_UP = os.environ.get("CITYHALL_SIGN_UP", "open" if CITYHALL_DEMO else "closed")
# Whether comments wait for the agency's release: `reviewed` or `at_once`.
CITYHALL_COMMENTS = os.environ.get("CITYHALL_COMMENTS", "reviewed")
ACCOUNT_ADAPTER = "cityhall.identity.joining.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before the address changes, as before the second factor does
ACCOUNT_FORMS = {
    "reset_password": "cityhall.identity.asking.ResetForm",
    "signup": "cityhall.identity.asking.SignUpForm",
}
# Letters that anybody can have sent to anybody: per address (`key`) so many and no more.
ACCOUNT_RATE_LIMITS = {"reset_password": "20/m/ip,3/h/key,10/d/key", "confirm_email": "1/3m/key,10/d/key"}
ACCOUNT_EMAIL_CONFIRMATION_ANONYMOUS_REDIRECT_URL = "/account/login/"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = (
    1  # a code typed as its half minute ends, or on a phone whose clock is a little off, still counts
)
MFA_TOTP_ISSUER = "Cityhall"
MFA_FORMS = {
    "authenticate": "cityhall.identity.asking.SecondFactorForm",
    "reauthenticate": "cityhall.identity.asking.SecondFactorAgainForm",
}
MFA_ADAPTER = "cityhall.identity.second_factor.EncryptingAdapter"
CITYHALL_REQUIRE_MFA = os.environ.get("CITYHALL_REQUIRE_MFA") == "1"
CSRF_FAILURE_VIEW = "cityhall.web.error_pages.form_expired"
AXES_LOCKOUT_CALLABLE = "cityhall.web.error_pages.locked_out"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "cityhall.identity.joining.attempted_name"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

ROOT_URLCONF = "cityhall.web.urls"
WSGI_APPLICATION = "cityhall.app.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "cityhall.web.jinja.environment",
            "context_processors": [
                "cityhall.web.rendering.frame_context",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "django_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# The operator's tables; its colours are those of the site, its files come from this host.
UNFOLD = {
    "SITE_TITLE": "数字市政厅 Cityhall",
    "SITE_HEADER": "数字市政厅 Cityhall",
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "#e6f0ec", "100": "#d5e6df", "200": "#b3d2c7", "300": "#8bbcab", "400": "#5f9d8a", "500": "#3c8070",
            "600": "#2f6f62", "700": "#27594f", "800": "#1f473f", "900": "#183832", "950": "#0f2420",
        }
    },
}  # fmt: skip

_language = os.environ.get("CITYHALL_LANGUAGE", "").lower()
LANGUAGE_CODE = "zh-hans" if _language.startswith("zh") else _language or "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = HOME / "static"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

EMAIL_BACKEND = os.environ.get("CITYHALL_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = HOME / "outbox"
EMAIL_HOST = os.environ.get("CITYHALL_EMAIL_HOST", "localhost")
DEFAULT_FROM_EMAIL = os.environ.get("CITYHALL_EMAIL_FROM", "cityhall@localhost")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
# A whole request with its files; a report with ten photographs of twenty megabytes is the largest that is meant.
CITYHALL_BODY_MEGABYTES = int(os.environ.get("CITYHALL_BODY_MEGABYTES", "256"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"cityhall": {"level": "INFO"}},
}
