"""Settings, all from the environment. Production and `make demo` differ in values only."""

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF

from deploy import logs
from deploy.proxies import networks

django_stubs_ext.monkeypatch()  # ModelAdmin[Product] and the like, which type checkers want

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def _pair(name: str, default: str) -> tuple[int, int]:
    first, second = os.environ.get(name, default).split(",")
    return int(first), int(second)


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options: dict[str, object] = {key: values[0] for key, values in parse_qs(parts.query).items()}
    if _flag("DATABASE_POOLER", False):
        # PgBouncer in transaction mode keeps the connections; what lives longer than a transaction must not be used.
        connections: dict[str, object] = {"prepare_threshold": None}
    else:
        connections = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": {**connections, **options},
        "DISABLE_SERVER_SIDE_CURSORS": _flag("DATABASE_POOLER", False),
        "CONN_HEALTH_CHECKS": True,
    }


DEBUG = _flag("DEBUG", False)
PRODUCTION = _flag("PRODUCTION", False)  # behind HTTPS: secure cookies and HSTS
SECRET_KEY = os.environ.get("SECRET_KEY", "")
ALLOWED_HOSTS = _list("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1],testserver")
CSRF_TRUSTED_ORIGINS = _list("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = networks(_list("TRUSTED_PROXIES"))  # whose word about visitors' addresses we take

INSTALLED_APPS = [
    "deploy.apps.OperatorsConfig",  # django.contrib.admin behind our door
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",  # its command clearsessions; the rows are catalog.Session
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "deploy",
    "catalog",
    "django_otp_webauthn",  # after the app of the user model
    "editing",
]
MIDDLEWARE = [
    "deploy.proxies.trusted_proxies_middleware",  # first: all others believe REMOTE_ADDR
    "deploy.request_id.request_id_middleware",
    "deploy.metrics.metrics_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "catalog.inputs.ReadableInput",  # before anything that asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "catalog.crowds.AnonymousLimit",
    "catalog.accounts.caching.private_pages_middleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "catalog.tenancy.middleware.MerchantMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lockout into a response
]
ROOT_URLCONF = "deploy.urls"
WSGI_APPLICATION = "deploy.wsgi.application"
ASGI_APPLICATION = "deploy.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL", "postgresql:///colorway"))}
AUTH_USER_MODEL = "catalog.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "catalog.accounts.passwords.GuessableValidator"},
]
ANONYMOUS_PER_MINUTE = int(os.environ.get("ANONYMOUS_PER_MINUTE", "600"))  # requests of one address, per web process
STAFF_SECOND_FACTOR = _flag("STAFF_SECOND_FACTOR", True)  # reviewers and operators need one; off for demos only
OTP_TOTP_ISSUER = "Colorway"
OTP_WEBAUTHN_RP_NAME = "Colorway"
OTP_WEBAUTHN_RP_ID_CALLABLE = "catalog.accounts.second_factor.relying_party"
SILENCED_SYSTEM_CHECKS = [
    "otp_webauthn.E030"
]  # no fixed origin: our helper takes the one asked, which ALLOWED_HOSTS judged
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# By default axes locks a whole address after three failures: an office would lock itself out.
AXES_VERBOSE = False  # no banner at every start
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "catalog.shoppers.client_address"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "catalog.views.account.name_tried"
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"

LOGGING = logs.configure(debug=DEBUG)
METRICS_PORT = int(os.environ.get("METRICS_PORT", "0"))  # for Prometheus; 0 = off
METRICS_ADDRESS = os.environ.get("METRICS_ADDRESS", "127.0.0.1")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".local" / "static"))

BROKER_URL = os.environ.get("BROKER_URL", "redis://127.0.0.1:6379/0")
PREVIEW_URL = os.environ.get("PREVIEW_URL") or BROKER_URL  # another Valkey or Redis where the broker is none
S3_ENDPOINT_URL = os.environ.get("S3_ENDPOINT_URL") or None
S3_PUBLIC_URL = os.environ.get("S3_PUBLIC_URL") or None  # where browsers reach public objects, if not by presigned URLs
S3_BROWSER_URL = (
    os.environ.get("S3_BROWSER_URL") or None
)  # where a proxy of ours hands signed addresses on to the store
S3_REGION = os.environ.get("S3_REGION", "us-east-1")
S3_ACCESS_KEY = os.environ.get("S3_ACCESS_KEY", "")
S3_SECRET_KEY = os.environ.get("S3_SECRET_KEY", "")
S3_BUCKET = os.environ.get("S3_BUCKET", "colorway")
S3_PUBLIC_DELIVERY = os.environ.get("S3_PUBLIC_DELIVERY", "presigned")  # or "public"

WEBHOOKS_KEY = os.environ.get("WEBHOOKS_KEY") or SECRET_KEY  # webhooks' secrets are derived from it: keep it the same
WEBHOOKS_ALLOW_PRIVATE = _flag(
    "WEBHOOKS_ALLOW_PRIVATE", False
)  # for tests and demos: http, and addresses of this machine

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST, EMAIL_PORT = os.environ.get("EMAIL_HOST", "localhost"), int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_USER", ""), os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = _flag("EMAIL_USE_TLS", False), 10
JOBS_PER_MERCHANT = int(
    os.environ.get("JOBS_PER_MERCHANT", "20000")
)  # open at once; Merchant.job_quota says otherwise for one
SIGN_UP = _flag("SIGN_UP", True)  # whether merchants may open shops by themselves
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")  # where mails lead
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Colorway <no-reply@localhost>")

SESSION_ENGINE = "catalog.accounts.sessions"
SESSION_SECONDS = _pair(
    "SESSION_SECONDS", "604800,28800"
)  # it ends after seven days, and after eight hours without use
STAFF_SESSION_SECONDS = _pair("STAFF_SESSION_SECONDS", "43200,3600")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

_STORES = (S3_PUBLIC_URL, S3_BROWSER_URL or S3_ENDPOINT_URL)
_IMAGE_SOURCES = [SELF, "data:", "blob:", *dict.fromkeys(url for url in _STORES if url)]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": _IMAGE_SOURCES,
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Colorway API",
    "VERSION": "1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": False},  # its links lie inside buttons, which no screen reader can use
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {
        "ProductKind": "catalog.models.ProductKind",
        "ProductStatus": "catalog.models.ProductStatus",
        "EditRequestStatus": "editing.lifecycle.states.RequestStatus",
        "EditJobStatus": "editing.lifecycle.states.JobStatus",
        "VariantStatus": "editing.lifecycle.states.VariantStatus",
    },
}
