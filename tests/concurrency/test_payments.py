"""Many at once pay one invoice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from activity.actors import COMMAND
from billing.errors import Invalid
from invoices.models import Invoice
from payments.models import Payment, PaymentReceipt
from tests.payments.given import LATER, one_off
from workflows.record_payment import record_payment


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_never_pay_more_than_is_due():
    invoice = one_off(1_000)

    def pay(number: int) -> dict[str, list[str]]:
        try:
            record_payment(
                invoice,
                amount_cents=300,
                reference=f"wire-{number}",
                paid_at=None,
                actor=COMMAND,
                at=LATER,
            )
        except Invalid as refusal:
            return refusal.errors
        finally:
            connection.close()
        return {}

    with ThreadPoolExecutor(16) as pool:
        refusals = list(pool.map(pay, range(16)))

    invoice = Invoice.objects.get()
    assert refusals.count({}) == 3
    assert refusals.count({"amount_cents": ["value_is_out_of_range"]}) == 13
    assert (invoice.total_paid_amount_cents, invoice.payment_status) == (900, "pending")
    assert Payment.objects.count() == PaymentReceipt.objects.count() == 3
