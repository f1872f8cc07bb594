"""A request to pay several overdue invoices at once."""

from __future__ import annotations

from django.db import models

from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from payments.lifecycle import PaymentState
from persistence.fields import cents_field, currency_field, id_field
from persistence.querysets import Rows


class PaymentRequest(models.Model):
    """A request to pay several overdue invoices at once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="payment_requests")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="payment_requests")
    invoices = models.ManyToManyField(Invoice, related_name="payment_requests")
    amount_cents = cents_field()
    amount_currency = currency_field()
    email = models.CharField(max_length=1000)
    payment_status = models.CharField(
        max_length=10, choices=PaymentState, default=PaymentState.PENDING
    )
    payment_attempts = models.IntegerField(default=0)
    ready_for_payment_processing = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"Payment request {self.id}"
