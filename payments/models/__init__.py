"""Payment providers, a customer's tie to one, payments, payment requests, receipts."""

from payments.models.payment import Payment, PaymentReceipt, PaymentRows
from payments.models.provider import CustomerProvider, PaymentProvider, ProviderKind
from payments.models.request import PaymentRequest

__all__ = [
    "CustomerProvider",
    "Payment",
    "PaymentProvider",
    "PaymentReceipt",
    "PaymentRequest",
    "PaymentRows",
    "ProviderKind",
]
