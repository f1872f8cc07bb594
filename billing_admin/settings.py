"""Settings of the product; everything that differs between machines comes from the environment."""

from pathlib import Path

from csp.constants import NONE, SELF

from billing_admin import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.read(BASE_DIR)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "billing_admin",
    "organizations",
    "activity",
    "catalog",
    "customers",
    "subscriptions",
    "coupons",
    "wallets",
    "usage",
    "invoices",
    "payments",
    "delivery",
    "console",
]
MIDDLEWARE = [
    "billing_admin.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "billing_admin.middleware.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "billing_admin.middleware.settle_sandboxes",
    "api.middleware.gate",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.languages.speak",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "console.middleware.DomainErrorMiddleware",
]
CSRF_FAILURE_VIEW = "console.views.errors.out_of_date"
ROOT_URLCONF = "billing_admin.urls"
WSGI_APPLICATION = "billing_admin.wsgi.application"
APPEND_SLASH = False
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
                "console.navigation.shell",
            ],
        },
    },
]

DATABASES = {
    # A connection stays with its thread; one that PostgreSQL closed is found out and replaced.
    "default": {**ENVIRONMENT.database, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organizations.Operator"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LOGIN_URL = "/sign-in/"

# Of the console, each with a complete catalog in locale/; documents have languages of their own, the API
# and the admin are English.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "billing_admin.formats"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# Where people and machines reach the product: in links of e-mails and as issuer of webhooks.
PUBLIC_URL = ENVIRONMENT.public_url
# Whether webhooks may go to addresses of private networks: on one machine yes, in production no.
WEBHOOKS_MAY_BE_PRIVATE = ENVIRONMENT.webhooks_may_be_private
vars().update(ENVIRONMENT.email)
DEFAULT_FROM_EMAIL = ENVIRONMENT.sender

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# Over plain http a browser refuses Secure cookies and names that begin with __Host-.
SECURE = ENVIRONMENT.is_production
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "billing_admin.sessions"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = ["^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_proxied else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Where payment providers are: empty for the real ones, or servers that play them.
STRIPE_API_ADDRESS = ENVIRONMENT.stripe_api_address
GOCARDLESS_API_ADDRESS = ENVIRONMENT.gocardless_api_address
ADYEN_API_ADDRESS = ENVIRONMENT.adyen_api_address

LOGGING = logs.configuration(ENVIRONMENT.log_level)

PROCRASTINATE_IMPORT_PATHS = ["billing_admin.jobs", "delivery.tasks", "invoices.tasks"]
