"""Credit notes that follow from a termination, a voided invoice or progressive billing."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from billing.credits import (
    InvoiceFacts,
    TerminationTerms,
    compose_excess_note,
    compose_termination_note,
    compose_void_notes,
)
from billing.errors import Invalid
from billing.money import truncate_to
from tests.billing.bills import tax
from tests.billing.invoiced import advance_invoice, fee, invoice


def terminated(price, days, unused, *, used=None, credited=0, **terms):
    """The end of a fee of `price` for `days` days, of which `unused` will not be used."""
    used = days - unused if used is None else used
    return TerminationTerms(
        fee="fee",
        unused_cents=truncate_to(Fraction(price * unused, days) - credited, 5),
        used_cents=Fraction(price * used, days),
        **terms,
    )


@pytest.mark.parametrize(
    ("price", "days", "unused", "rate", "sub_total", "taxes", "total"),
    [
        (20000, 30, 29, 25, 19333, 4833, 24166),
        (16000, 30, 29, 25, 15467, 3867, 19334),
        (2999, 7, 6, "23.33", 2571, 600, 3171),
        (10000, 28, 7, 20, 2500, 500, 3000),
        (10000, 28, 20, 20, 7143, 1429, 8572),
        (5000, 28, 20, 20, 3571, 714, 4285),
        (1000, 31, 11, 20, 355, 71, 426),
    ],
)
def test_unused_days_are_credited_with_their_taxes(
    price, days, unused, rate, sub_total, taxes, total
):
    owed = invoice(fee(price, tax(rate)), taxes_cents=round_tax(price, rate))

    note = compose_termination_note(owed, terminated(price, days, unused))

    assert note.worth.sub_total_excluding_taxes_amount_cents == sub_total
    assert note.worth.taxes_amount_cents == taxes
    assert note.credit_amount_cents == total


def round_tax(price, rate):
    return int(price * Decimal(rate) / 100 + Decimal("0.5"))


@pytest.mark.parametrize(
    ("behaviour", "paid", "credit", "refund", "offset"),
    [
        ("credit", 7500, 3000, 0, 0),
        ("refund", 7500, 1500, 1500, 0),
        ("refund", 9000, 0, 3000, 0),
        ("refund", 0, 3000, 0, 0),
        ("offset", 7500, 0, 1500, 1500),
        ("offset", 0, 0, 0, 3000),
        ("offset", 9000, 0, 3000, 0),
    ],
)
def test_a_termination_gives_back_what_was_paid_above_the_used_days(
    behaviour, paid, credit, refund, offset
):
    ended = terminated(10000, 28, 7, used=14, behaviour=behaviour)

    note = compose_termination_note(advance_invoice(paid), ended)

    given = (note.credit_amount_cents, note.refund_amount_cents, note.offset_amount_cents)
    assert given == (credit, refund, offset)
    assert note.total_amount_cents == 3000


def test_what_exceeds_the_due_amount_is_credited_instead_of_offset():
    paid_by_wallet = replace(advance_invoice(0), total_amount_cents=1000)

    note = compose_termination_note(
        paid_by_wallet, terminated(10000, 28, 7, used=14, behaviour="offset")
    )

    assert (note.credit_amount_cents, note.offset_amount_cents) == (2000, 1000)


def test_a_refund_counts_only_what_was_paid_for_the_ended_subscription():
    facts = invoice(
        fee(3100, tax(20)), fee(3100, tax(20), key="other"), taxes_cents=1240, paid_cents=5580
    )

    note = compose_termination_note(facts, terminated(3100, 31, 16, behaviour="refund"))

    assert (note.refund_amount_cents, note.credit_amount_cents) == (990, 930)


def test_a_termination_credits_only_what_an_earlier_note_left():
    facts = invoice(fee(3100, tax(20), credited=1000), taxes_cents=620)

    note = compose_termination_note(facts, terminated(3100, 31, 16, credited=1000))

    assert note.total_amount_cents == 720


def test_a_termination_that_leaves_nothing_makes_no_note():
    owed = advance_invoice(0)

    assert compose_termination_note(owed, terminated(10000, 28, 0)) is None
    assert compose_termination_note(owed, terminated(10000, 28, 7, behaviour="skip")) is None


@pytest.mark.parametrize("behaviour", ["refund", "offset"])
def test_an_upgrade_refuses_refund_and_offset(behaviour):
    ended = terminated(10000, 28, 7, behaviour=behaviour, is_upgrade=True)

    with pytest.raises(Invalid) as refused:
        compose_termination_note(advance_invoice(0), ended)

    assert refused.value.errors == {"on_termination_credit_note": ["invalid_value"]}


def test_voiding_splits_an_invoice_into_what_is_asked_and_the_rest():
    facts = invoice(fee(1000, tax(20)), taxes_cents=200, paid_cents=300)

    asked, rest = compose_void_notes(facts, credit_cents=300, refund_cents=300)

    assert (asked.credit_amount_cents, asked.refund_amount_cents) == (300, 300)
    assert rest.credit_amount_cents == rest.total_amount_cents == 600
    assert [item.amount_cents for item in asked.worth.items] == [500]
    assert [item.amount_cents for item in rest.worth.items] == [500]


def test_voiding_for_the_whole_amount_leaves_no_second_note():
    facts = invoice(fee(1000, tax(20)), taxes_cents=200, paid_cents=1200)

    asked, rest = compose_void_notes(facts, credit_cents=0, refund_cents=1200)

    assert asked.refund_amount_cents == 1200
    assert rest is None


@pytest.mark.parametrize(("credit", "refund"), [(1201, 0), (0, 301), (1000, 300), (-1, 0)])
def test_voiding_for_more_than_there_is_is_refused(credit, refund):
    facts = invoice(fee(1000, tax(20)), taxes_cents=200, paid_cents=300)

    with pytest.raises(Invalid) as refused:
        compose_void_notes(facts, credit_cents=credit, refund_cents=refund)

    assert refused.value.errors == {"credit_refund_amount": ["total_amount_exceeds_invoice_amount"]}


def test_what_a_progressive_invoice_billed_too_much_is_credited_with_taxes():
    facts = invoice(
        fee(20000, tax(20), coupons="5000"),
        taxes_cents=3000,
        coupons=5000,
        invoice_type="progressive_billing",
    )

    note, left = compose_excess_note(facts, 3000)

    assert note.worth.sub_total_excluding_taxes_amount_cents == 3000
    assert note.credit_amount_cents == 3600
    assert [item.amount_cents for item in note.worth.items] == [4000]
    assert left == 0


def test_an_excess_above_what_the_progressive_invoice_asked_is_left_to_the_one_before():
    facts = InvoiceFacts(
        invoice_type="progressive_billing",
        fees=(fee(60000, coupons="20000"),),
        taxes_amount_cents=0,
        total_amount_cents=40000,
        progressive_billing_credit_amount_cents=20000,
    )

    note, left = compose_excess_note(facts, 50000)

    assert note.credit_amount_cents == 40000
    assert left == 10000
