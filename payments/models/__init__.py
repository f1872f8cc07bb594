"""Payment providers, a customer's tie to one, payments, payment requests, receipts, refunds, dunning."""

from payments.models.dunning import CustomerDunning, DunningCampaign, DunningThreshold
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
    "CustomerDunning",
    "CustomerProvider",
    "DunningCampaign",
    "DunningThreshold",
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
