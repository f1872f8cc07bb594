"""What an operator does to many invoices at once, row by row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from invoices.models.invoice import Invoice
from organizations.models import Operator, Organization
from persistence.fields import cents_field, id_field
from persistence.querysets import Rows


class BatchAction(models.TextChoices):
    """What may be done to many invoices."""

    FINALIZE = "finalize", _("Finalize")
    PAY = "pay", _("Mark as paid")
    COLLECT = "collect", _("Send to collection")
    EMAIL = "email", _("Send by e-mail")
    VOID = "void", _("Void")


class RowState(models.TextChoices):
    """What became of one invoice of a batch."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    LEFT_OUT = "left_out", _("Left out")
    FAILED = "failed", _("Failed")


class InvoiceBatch(models.Model):
    """An action that an operator has confirmed for many invoices.

    Each row is carried out in a transaction of its own, so that one that fails leaves the others as they are, and
    a process that dies loses nothing: what still waits is taken up by the worker.
    """

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    operator = models.ForeignKey(Operator, models.PROTECT, related_name="+")
    action = models.CharField(max_length=10, choices=BatchAction)
    reference = models.CharField(max_length=255, blank=True)
    """What payments that it records are told apart by."""
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], name="invoice_batch_runs", condition=Q(finished_at=None)
            )
        ]

    def __str__(self) -> str:
        return str(self.get_action_display())


class InvoiceBatchRow(models.Model):
    """One invoice of a batch, as it was shown when the operator confirmed."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    batch = models.ForeignKey(InvoiceBatch, models.PROTECT, related_name="rows")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="+")
    position = models.IntegerField()
    shown_status = models.CharField(max_length=20)
    shown_total_cents = cents_field()
    shown_due_cents = cents_field()
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    words = models.TextField(blank=True)
    """Why it was left out, or failed."""
    done_at = models.DateTimeField(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "invoice"],
                name="invoice_batch_row_is_one_per_invoice",
                violation_error_message=noop("An invoice stands once in a batch."),
            )
        ]
        indexes = [
            models.Index(
                fields=["batch", "position"],
                name="invoice_batch_row_waits",
                condition=Q(state="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.state}"
