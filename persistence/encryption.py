"""Secrets at rest: sealed with a key that follows from SECRET_KEY, so that a copy of the database alone tells nothing.

After a change of SECRET_KEY keep the old one in SECRET_KEY_FALLBACKS: what was sealed with it can still be opened.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PURPOSE = b"billing-admin secrets at rest"


def sealed(text: str) -> str:
    """Return `text` encrypted; not twice the same."""
    return _keys().encrypt(text.encode()).decode()


def opened(stored: str) -> str:
    """Return what was sealed; raises cryptography.fernet.InvalidToken if no key of ours sealed it."""
    return _keys().decrypt(stored.encode()).decode()


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(secret))) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = hashlib.blake2b(secret.encode(), key=PURPOSE, digest_size=32).digest()
    return base64.urlsafe_b64encode(digest)
