"""Payment providers behind one protocol; `connect` opens a connection of the organization's."""

from __future__ import annotations

import json
from collections.abc import Mapping

from billing.errors import Invalid, Sentence
from payments.models import PaymentProvider, ProviderKind
from payments.providers.protocol import (
    Buyer,
    FalseSignature,
    Method,
    News,
    Order,
    Outcome,
    Provider,
    RefundOrder,
    Rejected,
    Unreachable,
)
from persistence.encryption import opened, sealed

__all__ = [
    "OFFERED",
    "Buyer",
    "FalseSignature",
    "Method",
    "News",
    "Order",
    "Outcome",
    "Provider",
    "RefundOrder",
    "Rejected",
    "Unreachable",
    "connect",
    "seal",
    "unseal",
]

OFFERED = (
    ProviderKind.MANUAL,
    ProviderKind.STRIPE,
    ProviderKind.GOCARDLESS,
    ProviderKind.ADYEN,
)
"""The kinds that work; others are not offered in forms."""


def connect(provider: PaymentProvider) -> Provider:
    """Return the connection; raises Invalid ``invalid_payment_provider`` for a kind that moves no money."""
    # Imported when they are needed: an SDK takes longer to load than all of the product.
    if provider.kind == ProviderKind.STRIPE:
        from payments.providers.stripe import StripeConnection

        return StripeConnection(unseal(provider.secrets))
    if provider.kind == ProviderKind.GOCARDLESS:
        from payments.providers.gocardless import GoCardlessConnection

        return GoCardlessConnection(unseal(provider.secrets))
    if provider.kind == ProviderKind.ADYEN:
        from payments.providers.adyen import AdyenConnection

        return AdyenConnection(unseal(provider.secrets), provider.settings)
    raise Invalid(
        {"base": ["invalid_payment_provider"]},
        Sentence("{name} does not move money by itself.", name=provider.name),
    )


def seal(secrets: Mapping[str, str]) -> str:
    """Return the secrets of a connection encrypted, as its column holds them."""
    return sealed(json.dumps(dict(secrets)))


def unseal(stored: str) -> dict[str, str]:
    """Return the secrets of a connection; one that has none has an empty column."""
    secrets: dict[str, str] = json.loads(opened(stored)) if stored else {}
    return secrets
