"""Webhook endpoints and deliveries, documents, e-mails."""

from delivery.models.document import Document, DocumentState
from delivery.models.email import SentEmail
from delivery.models.endpoint import SignatureAlgorithm, WebhookEndpoint
from delivery.models.webhook import DeliveryStatus, WebhookAttempt, WebhookDelivery

__all__ = [
    "DeliveryStatus",
    "Document",
    "DocumentState",
    "SentEmail",
    "SignatureAlgorithm",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
