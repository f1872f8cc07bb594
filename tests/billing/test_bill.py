"""The bill as a whole: worked examples to the cent."""

from decimal import Decimal

import pytest

from billing.bill import bill
from billing.credits import NoteBalance
from billing.progressive import ProgressiveLine, ProgressiveTerms
from tests.billing.bills import fixed, line, percentage, request, tax, wallet


def note(balance_cents, key="note", currency="EUR"):
    return NoteBalance(key=key, balance_cents=balance_cents, currency=currency)


def test_coupons_for_metrics_then_a_plan_then_everything_share_out_exactly():
    lines = [
        line(
            (number + 1) * 1000,
            tax(20 if number == 1 else 10),
            key=(plan, number),
            metric=(plan, number),
            plans=(plan,),
        )
        for plan in ("plan-1", "plan-2")
        for number in range(4)
    ]
    coupons = (
        fixed(500, key="unlimited"),
        fixed(1000, key="plan", plans=frozenset({"plan-2"})),
        fixed(2000, key="metrics", metrics=frozenset({("plan-1", 0), ("plan-1", 1)})),
    )

    result = bill(request(*lines, coupons=coupons))

    assert [grant.key for grant in result.coupon_grants] == ["metrics", "plan", "unlimited"]
    assert result.coupons_amount_cents == 3500
    assert result.sub_total_excluding_taxes_amount_cents == 16500
    assert [str(each.precise_coupons_amount_cents) for each in result.lines] == [
        "676.47059",
        "1352.94117",
        "88.23529",
        "117.64706",
        "126.47059",
        "252.94118",
        "379.41176",
        "505.88235",
    ]
    fee_taxes = [each.taxes.amount_cents for each in result.lines]
    assert fee_taxes == [32, 129, 291, 388, 87, 349, 262, 349]
    assert sum(fee_taxes) == 1887
    assert result.taxes_amount_cents == 1889
    assert result.total_amount_cents == 18389


def test_a_coupon_lowers_the_taxes_of_each_fee_at_its_own_rate():
    lines = (
        line(10000, tax(10)),
        line(5000, tax(0)),
        line(3000, tax(20)),
        line(2000, tax(20)),
    )

    result = bill(request(*lines, coupons=(fixed(1000),)))

    assert [each.taxes.amount_cents for each in result.lines] == [950, 0, 570, 380]
    assert result.taxes_amount_cents == 1900
    assert result.total_amount_cents == 20900


@pytest.mark.parametrize(
    ("used", "true_up", "fee_taxes", "owed", "total"),
    [(800, 93, [160, 19], 1072, 429), (7000, 1929, [1400, 386], 10715, 10072)],
)
def test_a_spending_minimum_is_taxed_by_itself_and_paid_by_a_credit_note(
    used, true_up, fee_taxes, owed, total
):
    result = bill(request(line(used, tax(20)), line(true_up, tax(20)), credit_notes=(note(643),)))

    assert [each.taxes.amount_cents for each in result.lines] == fee_taxes
    assert result.sub_total_including_taxes_amount_cents == owed
    assert result.total_amount_cents == total


def test_the_rate_of_an_invoice_is_weighted_by_what_each_tax_was_applied_to():
    lines = (line(17900, tax(10), plans=("plan-1",)), line(39900, tax(20), plans=("plan-2",)))

    result = bill(request(*lines, coupons=(fixed(25000, plans=frozenset({"plan-2"})),)))

    assert result.taxes_amount_cents == 4770
    assert result.taxes_rate == Decimal("14.54268")
    assert result.total_amount_cents == 37570
    assert [tax.amount_cents for tax in result.applied_taxes] == [1790, 2980]


@pytest.mark.parametrize(
    ("balance", "price", "paid", "left"), [(3900, 1429, 1772, 2128), (2128, 1427, 1769, 359)]
)
def test_a_wallet_pays_the_rounded_total(balance, price, paid, left):
    result = bill(request(line(price, tax(24), metric="calls"), wallets=(wallet(balance),)))

    assert result.prepaid_credit_amount_cents == paid
    assert result.total_amount_cents == 0
    assert balance - paid == left


def test_a_wallet_limited_to_one_metric_pays_the_rounded_total_of_it():
    limited = wallet(3900, metrics=frozenset({"calls"}))

    result = bill(request(line(1429, tax(24), metric="calls"), wallets=(limited,)))

    assert result.prepaid_credit_amount_cents == 1772


def test_a_wallet_never_pays_more_than_an_invoice_of_many_small_fees():
    lines = [
        line(1, tax(40), key=n, metric=n, precise_amount_cents=Decimal("1.4")) for n in range(8)
    ]

    result = bill(request(*lines, wallets=(wallet(10000),)))

    assert result.taxes_amount_cents == 3
    assert sum(each.taxes.amount_cents for each in result.lines) == 0
    assert result.lines[0].taxes.precise_amount_cents == Decimal("0.56")
    assert result.prepaid_credit_amount_cents == 11
    assert result.total_amount_cents == 0


def progressive(key, *amounts, remaining=None):
    lines = tuple(
        ProgressiveLine(amount_cents=amount, charge=f"charge-{n}")
        for n, amount in enumerate(amounts)
    )
    return ProgressiveTerms(
        key=key,
        subscription="sub",
        remaining_cents=sum(amounts) if remaining is None else remaining,
        lines=lines,
    )


def usage(amount, number=0):
    return line(amount, key=number, charge=f"charge-{number}", subscription="sub")


def plan_fee(amount):
    return line(amount, key="plan", fee_type="subscription", subscription="sub")


@pytest.mark.parametrize(
    ("fees", "billed", "total"),
    [
        ((3100, 40000), 20000, 23100),
        ((3100, 60000), 60000, 3100),
        ((3100, 5280), 5280, 3100),
        ((1800, 20000), 20000, 1800),
        ((1700, 20000), 20000, 1700),
    ],
)
def test_what_progressive_invoices_billed_comes_off_the_final_invoice(fees, billed, total):
    result = bill(
        request(plan_fee(fees[0]), usage(fees[1]), progressive=(progressive("p", billed),))
    )

    assert result.fees_amount_cents == sum(fees)
    assert result.progressive_billing_credit_amount_cents == billed
    assert result.total_amount_cents == total


def test_what_was_billed_for_usage_that_shrank_goes_to_the_other_fees_of_those_charges():
    billed = progressive("p", 10000, 10000)

    result = bill(
        request(plan_fee(3100), usage(4000), usage(19000, number=1), progressive=(billed,))
    )

    shares = [each.precise_progressive_amount_cents for each in result.lines]
    assert shares == [0, 4000, 16000]
    assert result.total_amount_cents == 6100


def test_what_was_billed_above_the_final_usage_is_left_for_a_credit_note():
    result = bill(
        request(plan_fee(3100), usage(4000), progressive=(progressive("p", 10000, 10000),))
    )

    grant = result.progressive_grants[0]
    assert (grant.amount_cents, grant.excess_cents) == (4000, 16000)
    assert result.total_amount_cents == 3100


def test_progressive_credit_lowers_the_taxes_of_the_fees_that_were_billed_before():
    result = bill(
        request(
            line(3100, tax(10), key="plan", fee_type="subscription", subscription="sub"),
            line(40000, tax(20), key=0, charge="charge-0", subscription="sub"),
            is_final=False,
            progressive=(progressive("p", 20000),),
        )
    )

    assert [each.taxes.amount_cents for each in result.lines] == [310, 4000]
    assert result.total_amount_cents == 27410


def test_what_another_subscription_was_billed_is_not_credited():
    other = line(5000, key="other", charge="charge-0", subscription="other")

    result = bill(request(other, progressive=(progressive("p", 3000),)))

    assert result.total_amount_cents == 5000


def test_credit_notes_pay_before_wallets_oldest_first_and_leave_the_rest():
    result = bill(
        request(
            line(1429, tax(24)),
            credit_notes=(note(500, "old"), note(900, "dollars", "USD"), note(2000, "new")),
            wallets=(wallet(100),),
        )
    )

    granted = [(grant.key, grant.amount_cents, grant.is_consumed) for grant in result.note_grants]
    assert granted == [("old", 500, True), ("new", 1272, False)]
    assert result.wallet_grants == ()
    assert result.lines[0].precise_credit_notes_amount_cents == Decimal("1771.96")
    assert result.lines[0].unpaid_cents == 0


def test_the_second_progressive_invoice_bills_what_the_first_did_not():
    result = bill(
        request(
            usage(60000),
            invoice_type="progressive_billing",
            progressive=(progressive("first", 20000),),
        )
    )

    assert result.total_amount_cents == 40000


def test_a_one_off_invoice_carries_taxes_and_nothing_else():
    lines = (line(6833, tax(20), key=1), line(6833, tax(20), key=2))

    result = bill(
        request(
            *lines,
            invoice_type="one_off",
            coupons=(percentage(50),),
            credit_notes=(note(100),),
            wallets=(wallet(100),),
        )
    )

    assert result.total_amount_cents == 16399
    assert result.coupon_grants == result.note_grants == result.wallet_grants == ()


def test_a_credit_invoice_is_never_taxed():
    result = bill(request(line(1000, tax(20), fee_type="credit"), invoice_type="credit"))

    assert result.total_amount_cents == 1000
    assert result.applied_taxes == ()


def test_an_invoice_of_paid_fees_adds_up_the_taxes_that_were_charged():
    lines = [line(amount, tax(20), key=n) for n, amount in enumerate((2008, 1908, 1908))]

    regrouped = bill(request(*lines, invoice_type="advance_charges"))
    computed = bill(request(*lines))

    assert regrouped.taxes_amount_cents == 402 + 382 + 382
    assert computed.taxes_amount_cents == 1165
