"""The worker's part in batches of invoices: whatever still waits is carried out."""

from __future__ import annotations

from procrastinate.contrib.django import app

from delivery.emails import resend_email
from invoices.models import InvoiceBatch
from organizations import clock
from workflows.run_invoice_batch import run_invoice_batch

AT_ONCE = 25
"""Rows that are carried out before the operator gets an answer."""
MOST_ROUNDS = 40  # then the worker looks after its other jobs


def carry_out(batch: InvoiceBatch, *, most: int = AT_ONCE) -> bool:
    """Carry out rows of a batch that wait, and say whether it is finished."""
    at = clock.now(batch.organization)
    return run_invoice_batch(batch, send=resend_email, at=at, most=most)


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="invoice_batches")
def run_batches(timestamp: int) -> None:
    """Go on with all batches, in turns, so that a long one does not hold up a short one."""
    running = list(
        InvoiceBatch.objects.filter(finished_at=None)
        .select_related("organization", "operator")
        .order_by("created_at", "pk")
    )
    for _ in range(MOST_ROUNDS):
        running = [batch for batch in running if not carry_out(batch)]
        if not running:
            return
