"""The same raw formats under Spanish as under English."""

from django.conf.locale.en.formats import *  # type: ignore[import-untyped]  # noqa: F403
