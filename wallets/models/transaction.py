"""The ledger of a wallet."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from organizations.models import Organization
from persistence.fields import cents_field, credits_field, id_field
from persistence.querysets import Rows
from wallets.models.wallet import Wallet


class TransactionStatus(models.TextChoices):
    """Whether a transaction counts."""

    PENDING = "pending", _("Pending")
    SETTLED = "settled", _("Settled")
    FAILED = "failed", _("Failed")


class TransactionKind(models.TextChoices):
    """Why credits came or went (the API's `transaction_status`)."""

    PURCHASED = "purchased", _("Purchased")
    GRANTED = "granted", _("Granted")
    VOIDED = "voided", _("Voided")
    INVOICED = "invoiced", _("Invoiced")


class TransactionType(models.TextChoices):
    """Whether credits came or went."""

    INBOUND = "inbound", _("In")
    OUTBOUND = "outbound", _("Out")


class TransactionSource(models.TextChoices):
    """What made the transaction."""

    MANUAL = "manual", _("Manual")
    INTERVAL = "interval", _("Interval")
    THRESHOLD = "threshold", _("Threshold")


class WalletTransactionRows(Rows):
    """Sets of transactions."""

    def settled(self) -> Self:
        """Those that count."""
        return self.filter(status=TransactionStatus.SETTLED)


class WalletTransaction(models.Model):
    """A row of a wallet's ledger: credits and their worth; only its status may change, once."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    wallet = models.ForeignKey(Wallet, models.PROTECT, related_name="transactions")
    status = models.CharField(max_length=10, choices=TransactionStatus)
    kind = models.CharField(max_length=10, choices=TransactionKind)
    transaction_type = models.CharField(max_length=10, choices=TransactionType)
    source = models.CharField(
        max_length=10, choices=TransactionSource, default=TransactionSource.MANUAL
    )
    amount_cents = cents_field()
    credit_amount = credits_field()
    name = models.CharField(max_length=255, null=True, blank=True)
    priority = models.IntegerField(default=50)
    metadata = models.JSONField(default=list, blank=True)
    invoice_requires_successful_payment = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = WalletTransactionRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="wallet_transaction_is_not_negative",
                condition=Q(amount_cents__gte=0, credit_amount__gte=0),
                violation_error_code="base.value_is_out_of_range",
                violation_error_message=noop("A transaction moves 0 credits or more."),
            ),
            models.CheckConstraint(
                name="wallet_transaction_kind_agrees_with_its_type",
                condition=Q(kind__in=["purchased", "granted"], transaction_type="inbound")
                | Q(kind__in=["voided", "invoiced"], transaction_type="outbound"),
                violation_error_code="transaction_type.value_is_invalid",
                violation_error_message=noop(
                    "Purchased and granted credits come in, voided and invoiced ones go out."
                ),
            ),
            models.CheckConstraint(
                name="wallet_transaction_status_agrees_with_its_moment",
                condition=Q(status="pending", settled_at=None, failed_at=None)
                | Q(status="settled", settled_at__isnull=False, failed_at=None)
                | Q(status="failed", settled_at=None, failed_at__isnull=False),
                violation_error_code="status.value_is_invalid",
                violation_error_message=noop(
                    "The status does not agree with the transaction's moments."
                ),
            ),
        ]
        indexes = [models.Index(fields=["wallet", "-created_at", "-id"], name="wallet_ledger")]

    def __str__(self) -> str:
        return f"{self.kind} {self.credit_amount.normalize():f}"

    @property
    def customer_id(self) -> uuid.UUID:
        """The wallet's customer, in whose timeline the transaction stands (queries unless the wallet is loaded)."""
        return self.wallet.customer_id


class Consumption(models.Model):
    """What an outbound transaction takes from one top-up."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    inbound = models.ForeignKey(WalletTransaction, models.PROTECT, related_name="consumptions")
    outbound = models.ForeignKey(WalletTransaction, models.PROTECT, related_name="fundings")
    amount_cents = cents_field()
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["outbound", "inbound"], name="consumption_is_one_row_a_pair"
            ),
            models.CheckConstraint(name="consumption_is_positive", condition=Q(amount_cents__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} of {self.inbound_id}"
