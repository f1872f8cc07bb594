"""The WSGI entry point: Django, with the short way for events in front of it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_admin.settings")
django_application = get_wsgi_application()

from usage.api.express import express  # noqa: E402 (needs Django to be set up)

application = express(django_application)
