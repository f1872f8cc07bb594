"""The product's settings, with a fast database of the tests' own and cheap passwords."""

import os

from billing_admin import embedded_postgres
from billing_admin.settings import *  # noqa: F403
from billing_admin.settings import ALLOWED_HOSTS, BASE_DIR, DATABASES, STORAGES

# Threads of a worker or a live server must not keep the test database from being dropped.
DATABASES = {"default": DATABASES["default"] | {"CONN_MAX_AGE": 0}}
EMBEDDED = not os.environ.get("DATABASE_URL")
if EMBEDDED:
    tests_database = embedded_postgres.database(BASE_DIR, embedded_postgres.TESTS)
    DATABASES = {"default": DATABASES["default"] | tests_database}

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
