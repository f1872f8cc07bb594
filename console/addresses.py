"""What is read from an address."""

from __future__ import annotations

from django.http import HttpRequest


def typed(request: HttpRequest, key: str) -> str:
    """Return a parameter of the address without blanks around it, and without NUL, which no column holds."""
    return request.GET.get(key, "").replace("\0", "").strip()
