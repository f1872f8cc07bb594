"""The key pair that signs an organization's webhooks, made when it is first asked for."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import transaction

from activity import journal
from activity.actors import SYSTEM
from organizations.models import Organization, SigningKey
from persistence.encryption import sealed

BITS = 2048


@transaction.atomic
def signing_key(organization: Organization, *, at: datetime) -> SigningKey:
    """Return the organization's key pair; two that ask first at once get the same one."""
    rows = SigningKey.objects.of(organization)
    found = rows.first()
    if found is not None:
        return found
    pair = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = pair.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = pair.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    fresh = SigningKey(
        organization=organization,
        private_key=sealed(private.decode()),
        public_key=public.decode(),
        created_at=at,
    )
    SigningKey.objects.bulk_create([fresh], ignore_conflicts=True)
    made = rows.get()
    if made.pk == fresh.pk:
        journal.record(made, "signing_key.created", actor=SYSTEM, at=at)
    return made
