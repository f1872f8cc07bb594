"""Payments and refunds through a provider, by many at once: the money moves once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection as database

from activity.actors import COMMAND
from billing.credits import NoteItem
from billing.errors import Invalid
from invoices.models import CreditNote, Fee, Invoice
from payments.models import Payment, PaymentReceipt
from payments.providers.stripe import StripeConnection
from tests.payments.conftest import connection, payer, stripe  # noqa: F401
from tests.payments.given import LATER, one_off
from workflows.collect_payment import collect_payment
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.refund_credit_note import refund_credit_note

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, do: Any) -> list[Any]:
    def closing(index: int) -> Any:
        try:
            return do(index)
        finally:
            database.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(closing, range(number)))


def test_no_transaction_is_open_while_the_provider_is_asked(stripe, payer, monkeypatch):  # noqa: F811
    was_open = []
    charge = StripeConnection.charge

    def watched(self: StripeConnection, order: Any) -> Any:
        was_open.append(database.in_atomic_block)
        return charge(self, order)

    monkeypatch.setattr(StripeConnection, "charge", watched)

    collect_payment(one_off(1_000, customer=payer), at=LATER)

    assert was_open == [False]


def test_collected_by_eight_at_once_the_money_moves_once(stripe, payer):  # noqa: F811
    invoice = one_off(1_000, customer=payer)

    at_once(8, lambda _: collect_payment(invoice, at=LATER))

    assert stripe.moved_cents() == 1_000
    assert Payment.objects.count() == PaymentReceipt.objects.count() == 1
    assert Invoice.objects.get().total_paid_amount_cents == 1_000


def test_sixteen_refunds_at_once_never_exceed_the_payment(stripe, payer):  # noqa: F811
    invoice = one_off(1_000, customer=payer)
    collect_payment(invoice, at=LATER)
    fee = Fee.objects.get()

    def refund(_: int) -> dict[str, list[str]]:
        asked = NewCreditNote(items=[NoteItem(fee.pk, 300)], refund_cents=300)
        try:
            note = issue_credit_note(invoice, asked=asked, actor=COMMAND, at=LATER)
        except Invalid as refusal:
            return refusal.errors
        refund_credit_note(note, at=LATER)
        return {}

    refusals = at_once(16, refund)

    assert refusals.count({}) == 3
    assert Payment.objects.get().refunded_amount_cents == 900
    assert sum(row["amount"] for row in stripe.refunds.values()) == 900
    assert set(CreditNote.objects.values_list("refund_status", flat=True)) == {"succeeded"}
