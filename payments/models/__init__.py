"""Payment providers, a customer's tie to one, payments, payment requests, receipts, refunds."""

from payments.models.payment import Payment, PaymentReceipt, PaymentRows
from payments.models.provider import (
    CustomerProvider,
    PaymentMethod,
    PaymentProvider,
    ProviderEvent,
    ProviderKind,
)
from payments.models.refund import Refund
from payments.models.request import PaymentRequest

__all__ = [
    "CustomerProvider",
    "Payment",
    "PaymentMethod",
    "PaymentProvider",
    "PaymentReceipt",
    "PaymentRequest",
    "PaymentRows",
    "ProviderEvent",
    "ProviderKind",
    "Refund",
]
