"""What tells events apart: short hashes of their identity and of the series they belong to."""

from __future__ import annotations

import uuid
from hashlib import blake2b

_HALF = 8
_ZEROS, _ONES = bytes(_HALF), b"\xff" * _HALF


def event_id(
    organization_id: uuid.UUID, external_subscription_id: str, transaction_id: str
) -> uuid.UUID:
    """Return the identity of an event as a UUID (RFC 9562, version 8).

    Its first half depends on the organization and the transaction id alone, so that the one
    unique index also finds a transaction whose subscription is not known (`transaction_range`).
    """
    transaction = _transaction_hash(organization_id, transaction_id)
    owner = blake2b(external_subscription_id.encode(), digest_size=_HALF, key=transaction).digest()
    return _uuid(transaction + owner)


def transaction_range(
    organization_id: uuid.UUID, transaction_id: str
) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the lowest and the highest identity that events of `transaction_id` may have."""
    transaction = _transaction_hash(organization_id, transaction_id)
    return _uuid(transaction + _ZEROS), _uuid(transaction + _ONES)


def source_of(organization_id: uuid.UUID, external_subscription_id: str) -> int:
    """Return 64 bits (signed) that stand for an external subscription id in indexes.

    Two ids might share them: whoever reads by them compares the id itself as well.
    """
    name = organization_id.bytes + external_subscription_id.encode()
    return int.from_bytes(blake2b(name, digest_size=_HALF).digest(), "big", signed=True)


def _transaction_hash(organization_id: uuid.UUID, transaction_id: str) -> bytes:
    name = organization_id.bytes + transaction_id.encode()
    return blake2b(name, digest_size=_HALF).digest()


def _uuid(value: bytes) -> uuid.UUID:
    number = int.from_bytes(value, "big")
    number = number & ~(0xF << 76) | 0x8 << 76
    return uuid.UUID(int=number & ~(0b11 << 62) | 0b10 << 62)
