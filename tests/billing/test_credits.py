"""Credit notes: worked examples to the cent, and what is refused."""

from dataclasses import replace
from decimal import Decimal

import pytest

from billing.credits import (
    EarlierNote,
    NoteItem,
    caps,
    check_voidable,
    compose_credit_note,
    credit_in_full,
    estimate,
)
from billing.errors import Invalid, NotAllowed, NotFound
from tests.billing.bills import tax
from tests.billing.invoiced import advance_invoice, after, fee, invoice


def refusal(facts, *items, **parts):
    with pytest.raises(Invalid) as refused:
        compose_credit_note(facts, items, **parts)
    return refused.value.errors


def coupon_invoice():
    return invoice(
        fee(17900, tax(10), key=1),
        fee(39900, tax(20), key=2, coupons="25000"),
        taxes_cents=4770,
        coupons=25000,
        paid_cents=1200,
    )


def test_a_note_takes_its_share_of_the_coupon_and_of_the_taxes():
    note = compose_credit_note(coupon_invoice(), [NoteItem(2, 26260)], credit_cents=11767)

    assert note.worth.coupons_adjustment_amount_cents == 16454
    assert note.worth.sub_total_excluding_taxes_amount_cents == 9806
    assert note.worth.taxes_amount_cents == 1961
    assert note.worth.taxes_rate == 20
    assert note.total_amount_cents == note.balance_amount_cents == 11767


def test_an_estimate_of_everything_is_the_whole_invoice():
    result = estimate(coupon_invoice(), [NoteItem(1, 17900), NoteItem(2, 39900)])

    assert result.worth.coupons_adjustment_amount_cents == 25000
    assert result.worth.sub_total_excluding_taxes_amount_cents == 32800
    assert result.worth.taxes_amount_cents == 4770
    assert result.worth.taxes_rate == Decimal("14.54268")
    assert result.max_creditable_amount_cents == 37570
    assert result.max_refundable_amount_cents == 1200
    assert result.max_offsettable_amount_cents == 36370


def test_an_estimate_over_five_fees_with_a_coupon_applied_twice():
    shares = {
        1: (99290, "479.91802"),
        2: (299770, "1448.93772"),
        3: (3130, "15.12884"),
        4: (6460, "31.2244"),
        5: (3130, "15.12884"),
        6: (1999, "9.66216"),
    }
    fees = [fee(amount, tax(10), key=key, coupons=off) for key, (amount, off) in shares.items()]
    facts = invoice(*fees, taxes_cents=41178, coupons=2000, paid_cents=40)

    result = estimate(facts, [NoteItem(key, 100) for key in (6, 2, 3, 4, 5)])

    assert result.worth.coupons_adjustment_amount_cents == 2
    assert result.worth.sub_total_excluding_taxes_amount_cents == 498
    assert result.worth.taxes_amount_cents == 49
    assert result.max_creditable_amount_cents == 547
    assert result.max_refundable_amount_cents == 40
    assert result.worth.taxes_rate == 10


def test_the_note_that_gives_back_the_last_item_takes_over_the_rounding():
    facts = invoice(fee(6833, tax(20), key=1), fee(6833, tax(20), key=2), taxes_cents=2733)

    first = compose_credit_note(facts, [NoteItem(1, 6833)], credit_cents=8200)
    second = compose_credit_note(after(facts, first), [NoteItem(2, 6833)], credit_cents=8200)

    assert (first.total_amount_cents, second.total_amount_cents) == (8200, 8199)
    assert second.credit_amount_cents == 8199
    assert second.worth.taxes_amount_cents == 1366
    assert caps(after(facts, first)).creditable_cents == 8199


def test_a_coupon_of_half_of_each_fee_is_never_given_back_twice_by_rounding():
    fees = (fee(1, key=1, coupons="0.5"), fee(1, key=2, coupons="0.5"))
    facts = invoice(*fees, taxes_cents=0, coupons=1)

    first = credit_in_full(facts, [NoteItem(1, 1)])
    second = credit_in_full(after(facts, first), [NoteItem(2, 1)])

    assert first.worth.sub_total_excluding_taxes_amount_cents == 1
    assert second.worth.sub_total_excluding_taxes_amount_cents == 0
    assert second.worth.taxes_amount_cents == 0


def test_four_equal_items_are_refunded_in_full_the_last_in_three_parts():
    facts = invoice(
        *[fee(6833, tax(20), key=key) for key in range(4)], taxes_cents=5466, paid_cents=32798
    )
    parts = [(0, 6833), (1, 6833), (2, 6833), (3, 1367), (3, 2233), (3, 3233)]
    wanted = [
        (8200, 1367, "1366.6"),
        (8200, 1367, "1366.6"),
        (8200, 1367, "1366.6"),
        (1640, 273, "273.4"),
        (2680, 447, "446.6"),
        (3878, 645, "645.4"),
    ]

    for (key, amount), (total, taxes, precise_taxes) in zip(parts, wanted, strict=True):
        assert estimate(facts, [NoteItem(key, amount)]).max_refundable_amount_cents == total
        note = compose_credit_note(facts, [NoteItem(key, amount)], refund_cents=total)
        assert note.refund_amount_cents == note.total_amount_cents == total
        assert note.worth.taxes_amount_cents == taxes
        assert note.worth.precise_taxes_amount_cents == Decimal(precise_taxes)
        facts = after(facts, note)

    assert facts.noted_cents == 32798
    assert caps(facts).creditable_cents == 0


def test_three_fees_with_a_coupon_are_credited_in_full_one_by_one():
    fees = (
        fee(1999, tax(20), key=0, coupons="69.25342"),
        fee(6833, tax(20), key=1, coupons="236.72267"),
        fee(20033, tax(20), key=2, coupons="694.02390"),
    )
    facts = invoice(*fees, taxes_cents=5573, coupons=1000)
    wanted = [
        (0, 1999, 69, 1930, 386, "385.94932", 2316),
        (1, 6833, 237, 6596, 1319, "1319.25547", 7915),
        (2, 20033, 694, 19339, 3868, "3868.00001", 23207),
    ]

    for key, amount, coupon, sub_total, taxes, precise_taxes, total in wanted:
        note = compose_credit_note(facts, [NoteItem(key, amount)], credit_cents=total)
        assert note.worth.coupons_adjustment_amount_cents == coupon
        assert note.worth.sub_total_excluding_taxes_amount_cents == sub_total
        assert note.worth.taxes_amount_cents == taxes
        assert note.worth.precise_taxes_amount_cents == Decimal(precise_taxes)
        assert note.credit_amount_cents == total
        facts = after(facts, note)

    assert facts.noted_cents == facts.sub_total_including_taxes_cents == 33438


def test_a_draft_takes_no_note_by_hand():
    draft = invoice(fee(1000), taxes_cents=0, is_draft=True)

    with pytest.raises(NotAllowed) as refused:
        compose_credit_note(draft, [NoteItem("fee", 1000)], credit_cents=1000)

    assert refused.value.code == "invalid_type_or_status"


def test_an_item_of_another_invoice_is_not_found():
    with pytest.raises(NotFound) as refused:
        compose_credit_note(advance_invoice(0), [NoteItem("other", 1)], credit_cents=1)

    assert refused.value.code == "fee_not_found"


HIGHER = "higher_than_remaining_invoice_amount"


@pytest.mark.parametrize(
    ("facts", "amount", "parts", "errors"),
    [
        (advance_invoice(0), -1, {"credit_cents": 1}, {"amount_cents": ["invalid_value"]}),
        (
            advance_invoice(0),
            7501,
            {"credit_cents": 9001},
            {"amount_cents": ["higher_than_remaining_fee_amount"]},
        ),
        (
            advance_invoice(0),
            1000,
            {"credit_cents": 1202},
            {"base": ["does_not_match_item_amounts"]},
        ),
        (
            advance_invoice(0),
            1000,
            {"refund_cents": 1200},
            {"refund_amount_cents": ["cannot_refund_unpaid_invoice"]},
        ),
        (advance_invoice(500), 1000, {"refund_cents": 1200}, {"refund_amount_cents": [HIGHER]}),
        (advance_invoice(8000), 1000, {"offset_cents": 1200}, {"offset_amount_cents": [HIGHER]}),
        (advance_invoice(0), 0, {}, {"base": ["total_amount_must_be_positive"]}),
    ],
)
def test_a_note_that_asks_too_much_is_refused(facts, amount, parts, errors):
    assert refusal(facts, NoteItem("fee", amount), **parts) == errors


def test_a_note_above_what_earlier_notes_left_is_refused():
    earlier = EarlierNote(credit_cents=8000)
    facts = replace(advance_invoice(0), notes=(earlier,))

    errors = refusal(facts, NoteItem("fee", 1000), credit_cents=1200)

    assert errors == {"base": [HIGHER], "credit_amount_cents": [HIGHER]}


def prepaid(**terms):
    return invoice(fee(1000), taxes_cents=0, invoice_type="credit", paid_cents=1000, **terms)


def test_an_invoice_of_prepaid_credits_refunds_what_the_wallet_still_holds():
    facts = prepaid(wallet_balance_cents=600)

    assert caps(facts).creditable_cents == 0
    assert caps(facts).refundable_cents == 600
    note = compose_credit_note(facts, [NoteItem("fee", 600)], refund_cents=600)
    assert note.refund_amount_cents == 600
    assert refusal(facts, NoteItem("fee", 601), refund_cents=601) == {
        "refund_amount_cents": ["higher_than_wallet_balance"]
    }
    assert refusal(facts, NoteItem("fee", 100), credit_cents=100) == {
        "credit_amount_cents": ["cannot_credit_invoice"]
    }


@pytest.mark.parametrize(
    ("paid", "succeeded", "refundable"), [(0, False, 0), (9000, True, 9000), (9000, False, 0)]
)
def test_only_payments_that_succeeded_can_be_refunded(paid, succeeded, refundable):
    facts = replace(advance_invoice(paid), has_payment_succeeded=succeeded)

    limits = caps(facts)

    assert limits.creditable_cents == 9000
    assert limits.refundable_cents == refundable
    assert limits.offsettable_cents == 9000 - paid


def test_a_difference_of_rounding_goes_to_the_credit():
    note = compose_credit_note(
        advance_invoice(1200), [NoteItem("fee", 2000)], credit_cents=1201, refund_cents=1200
    )

    assert (note.credit_amount_cents, note.refund_amount_cents) == (1200, 1200)


def test_a_refund_of_all_that_was_paid_never_grows_by_rounding():
    note = compose_credit_note(advance_invoice(1199), [NoteItem("fee", 1000)], refund_cents=1199)

    assert note.refund_amount_cents == 1199
    assert note.worth.sub_total_excluding_taxes_amount_cents == 1000
    assert note.worth.taxes_amount_cents == 199


@pytest.mark.parametrize(("balance", "is_voided"), [(0, False), (100, True)])
def test_a_note_with_nothing_left_cannot_be_voided(balance, is_voided):
    with pytest.raises(NotAllowed) as refused:
        check_voidable(balance_cents=balance, is_voided=is_voided)

    assert refused.value.code == "no_voidable_amount"
