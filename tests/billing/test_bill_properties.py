"""What holds for every bill."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from billing.bill import bill
from tests.billing.bill_strategies import requests
from tests.billing.bills import wallet


@given(requests)
def test_everything_adds_up(asked):
    result = bill(asked)

    taken = result.progressive_billing_credit_amount_cents + result.coupons_amount_cents
    assert result.fees_amount_cents == sum(each.amount_cents for each in asked.lines)
    assert result.sub_total_excluding_taxes_amount_cents == result.fees_amount_cents - taken
    assert result.coupons_amount_cents == sum(g.amount_cents for g in result.coupon_grants)
    assert result.credit_notes_amount_cents == sum(g.amount_cents for g in result.note_grants)
    assert result.prepaid_credit_amount_cents == sum(g.amount_cents for g in result.wallet_grants)
    assert sum(step.amount_cents for step in result.steps) == result.total_amount_cents


@given(requests)
def test_nothing_is_below_zero(asked):
    result = bill(asked)

    amounts = [
        result.sub_total_excluding_taxes_amount_cents,
        result.taxes_amount_cents,
        result.total_amount_cents,
        result.total_due_amount_cents,
        *(grant.amount_cents for grant in result.coupon_grants),
        *(grant.excess_cents for grant in result.progressive_grants),
        *(each.unpaid_cents for each in result.lines),
        *(each.taxes.amount_cents for each in result.lines),
    ]
    assert min(amounts) >= 0


@given(requests)
def test_no_line_gives_more_than_its_amount_and_the_shares_sum_to_what_was_taken(asked):
    result = bill(asked)

    taken = result.progressive_billing_credit_amount_cents + result.coupons_amount_cents
    shares = [each.precise_coupons_amount_cents for each in result.lines]
    assert all(
        0 <= share <= each.amount_cents for share, each in zip(shares, result.lines, strict=True)
    )
    assert abs(sum(shares) - taken) <= Decimal("0.0001") * len(shares)


@given(requests)
def test_no_wallet_or_credit_note_gives_more_than_it_holds(asked):
    result = bill(asked)

    balances = {each.key: each.balance_cents for each in asked.credit_notes}
    assert all(0 < g.amount_cents <= balances[g.key] for g in result.note_grants)
    for granted in result.wallet_grants:
        holder = next(each for each in asked.wallets if each.key == granted.key)
        assert 0 < granted.amount_cents <= holder.balance_cents
        assert 0 <= granted.credits <= holder.credits_balance


@given(requests)
def test_an_unlimited_wallet_that_holds_enough_pays_everything(asked):
    rich = replace(asked, wallets=(wallet(10**12),), is_final=True, invoice_type="subscription")

    assert bill(rich).total_amount_cents == 0


@given(requests)
def test_a_draft_touches_no_coupon_credit_note_or_wallet(asked):
    result = bill(replace(asked, is_final=False))

    assert result.coupon_grants == result.note_grants == result.wallet_grants == ()
    assert result.total_amount_cents == result.sub_total_including_taxes_amount_cents


@given(requests)
def test_a_coupon_never_makes_a_bill_dearer(asked):
    plain = bill(replace(asked, coupons=(), credit_notes=(), wallets=()))
    lowered = bill(replace(asked, credit_notes=(), wallets=()))

    assert lowered.total_amount_cents <= plain.total_amount_cents
    assert lowered.taxes_amount_cents <= plain.taxes_amount_cents


@given(requests)
def test_the_same_request_gives_the_same_bill(asked):
    assert bill(asked) == bill(asked)
