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
    return uuid.UUID(
        bytes=identity(organization_id.bytes, external_subscription_id, transaction_id)
    )


def identity(organization: bytes, external_subscription_id: str, transaction_id: str) -> bytes:
    """Return the 16 bytes of an event's identity; `organization` are those of its id."""
    transaction = _hash(organization + transaction_id.encode())
    owner = blake2b(external_subscription_id.encode(), digest_size=_HALF, key=transaction)
    return _versioned(transaction + owner.digest())


def transaction_range(
    organization_id: uuid.UUID, transaction_id: str
) -> tuple[uuid.UUID, uuid.UUID]:
    """Return the lowest and the highest identity that events of `transaction_id` may have."""
    transaction = _hash(organization_id.bytes + transaction_id.encode())
    return (
        uuid.UUID(bytes=_versioned(transaction + _ZEROS)),
        uuid.UUID(bytes=_versioned(transaction + _ONES)),
    )


def source_of(organization_id: uuid.UUID, external_subscription_id: str) -> int:
    """Return 64 bits (signed) that stand for an external subscription id in indexes.

    Two ids might share them: whoever reads by them compares the id itself as well.
    """
    name = organization_id.bytes + external_subscription_id.encode()
    return int.from_bytes(_hash(name), "big", signed=True)


def _hash(value: bytes) -> bytes:
    return blake2b(value, digest_size=_HALF).digest()


def _versioned(value: bytes) -> bytes:
    """Set the bits that say that this is a UUID of version 8."""
    found = bytearray(value)
    found[6] = found[6] & 0x0F | 0x80
    found[8] = found[8] & 0x3F | 0x80
    return bytes(found)
