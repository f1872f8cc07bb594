"""Addresses of documents that open without signing in, for a while."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

from delivery.documents import Documented, kind_of

SALT = "document"
VALID_SECONDS = 24 * 3600


def token_of(document: Documented) -> str:
    """Return a signed token that names a document."""
    return signing.dumps([kind_of(document), str(document.pk)], salt=SALT)


def named_by(token: str) -> tuple[str, str]:
    """Return (kind, id) of the document that a token names; raises signing.BadSignature."""
    kind, pk = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    return kind, pk


def public_url(document: Documented) -> str:
    """Return the address of a document's PDF for messages that no request asked for, valid for a day."""
    return f"{settings.PUBLIC_URL}/documents/{token_of(document)}"


def file_url(document: Documented, request: HttpRequest) -> str:
    """Return the absolute address of a document's PDF, valid for a day."""
    return request.build_absolute_uri(f"/documents/{token_of(document)}")
