"""Signatures of webhooks: over the very bytes that are sent, the same at every attempt.

Source of the two forms: the contract of the API, "Webhooks".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

JWT_HEAD = {"alg": "RS256"}


def hmac_signature(body: bytes, key: str) -> str:
    """Return the base64 of the HMAC-SHA256 of `body` under the organization's hmac key."""
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()


def jwt_signature(body: bytes, private_pem: str, issuer: str) -> str:
    """Return an RS256 token whose claims are `data`, the exact text of `body`, and `iss`."""
    claims = {"data": body.decode(), "iss": issuer}
    signed = f"{_part(JWT_HEAD)}.{_part(claims)}".encode()
    seal = _key(private_pem).sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return f"{signed.decode()}.{_base64url(seal)}"


@lru_cache(maxsize=256)
def _key(private_pem: str) -> RSAPrivateKey:
    """Read a key; kept in memory, since reading one takes far longer than signing with it."""
    key = load_pem_private_key(private_pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("A webhook is signed with an RSA key.")
    return key


def _part(claims: dict[str, str]) -> str:
    return _base64url(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
