"""The figures of the policy's sections about invoices: thresholds, totals, coupons, taxes, notes, wallets."""

from __future__ import annotations

from decimal import Decimal

from billing.adjustments import Adjustment, Computed, adjust
from billing.bill import Bill, bill, due
from billing.coupons import CouponTerms
from billing.credits import FeeFacts, InvoiceFacts, NoteBalance, NoteItem, caps, weigh
from billing.lines import FeeType, TaxTerms
from billing.one_off import one_off_amount
from billing.pricing import PricedCharge, Usage, price
from billing.progressive import ProgressiveLine, ProgressiveTerms
from billing.taxes import tax_invoice, taxes_of
from billing.thresholds import LifetimeUsage, Threshold, passed_thresholds
from billing.wallets import (
    PendingUsage,
    RuleTerms,
    TopUpTerms,
    allocate_ongoing,
    purchase,
    rule_top_up,
)
from tests.billing.bills import fixed, line, percentage, request, tax, wallet
from tests.billing.invoiced import fee, invoice
from tests.docs.policy import DOCUMENT, Row, cents, euros, figures, parts, ranges, rate, tables


@figures("thresholds")
def thresholds(row: Row) -> dict[str, str]:
    known = [Threshold(200), Threshold(500), Threshold(700), Threshold(1000, True)]
    billed, used = int(row["Used before (billed)"]), int(row["Used now"])
    usage = LifetimeUsage(invoiced_cents=0, current_cents=used, progressive_cents=billed)
    passed = passed_thresholds(known, usage)
    last = passed[-1] if passed else None
    name = "none" if last is None else "recurring" if last.is_recurring else str(last.amount_cents)
    return {"Passed": name}


@figures("progressive-credit")
def progressive_credit(row: Row) -> dict[str, str]:
    usage, before = cents(row["Usage of the period"]), cents(row["Billed before"])
    billed = ProgressiveTerms(
        key="earlier",
        subscription="sub",
        remaining_cents=before,
        lines=(ProgressiveLine(amount_cents=before, charge="calls"),),
    )
    made = bill(
        request(
            line(3100, key="plan", fee_type=FeeType.SUBSCRIPTION, subscription="sub"),
            line(usage, key="usage", charge="calls", subscription="sub"),
            progressive=(billed,),
        )
    )
    return {
        "Credit": euros(made.progressive_billing_credit_amount_cents),
        "Total": euros(made.total_amount_cents),
    }


def _example() -> Bill:
    """The invoice of the section "Invoices", from the lines that stand there."""
    rows = dict(tables(DOCUMENT.read_text()))["calculation-lines"]
    lines = [
        line(cents(row["Amount"]), tax(rate(row["Tax"])), key=row["Line"], fee_type="charge")
        for row in rows
    ]
    note = NoteBalance(key="note", balance_cents=2000, currency="EUR")
    return bill(
        request(*lines, coupons=(percentage(10),), credit_notes=(note,), wallets=(wallet(5000),))
    )


@figures("calculation-lines")
def calculation_lines(row: Row) -> dict[str, str]:
    return {}


@figures("calculation")
def calculation(row: Row) -> dict[str, str]:
    made = _example()
    amounts = {
        "Fees": made.fees_amount_cents,
        "Coupons": -made.coupons_amount_cents,
        "Sub-total without taxes": made.sub_total_excluding_taxes_amount_cents,
        "Taxes": made.taxes_amount_cents,
        "Sub-total with taxes": made.sub_total_including_taxes_amount_cents,
        "Credit notes": -made.credit_notes_amount_cents,
        "Prepaid credits": -made.prepaid_credit_amount_cents,
        "Total": made.total_amount_cents,
    }
    return {"Amount": euros(amounts[row["Step"]])}


@figures("adjusted-lines")
def adjusted_lines(row: Row) -> dict[str, str]:
    set_units, set_price = (
        None if row[name] == "–" else Decimal(row[name]) for name in ("Units set", "Unit price set")
    )
    is_usage = row["Line"] == "usage"
    units = Decimal(10 if is_usage else 1)
    computed = Computed(
        fee_type="charge" if is_usage else "subscription",
        currency="EUR",
        units=units,
        amount_cents=cents(row["Worked out"]),
        unit_amount=Decimal(row["Worked out"]) / units,
        precise_amount_cents=Decimal(cents(row["Worked out"])),
    )
    adjustment = Adjustment(units=set_units, unit_amount=set_price)
    worked = adjust(adjustment, computed, _tiers if is_usage else None)
    return {"Rule": worked.rule, "Comes to": euros(worked.amount_cents)}


def _tiers(units: Decimal) -> PricedCharge:
    terms = {"graduated_ranges": ranges("0–10 at 1 + 0; 11–… at 0.5 + 0")}
    return price("graduated", terms, Usage(units=units, full_units=units), "EUR")


@figures("one-off")
def one_off(row: Row) -> dict[str, str]:
    found = one_off_amount(
        add_on_amount_cents=0,
        units=Decimal(row["Units"]),
        unit_amount_cents=cents(row["Unit price"]),
    )
    made = bill(request(line(found.amount_cents, tax(rate(row["Tax"]))), invoice_type="one_off"))
    return {"Line": euros(found.amount_cents), "With tax": euros(made.total_amount_cents)}


def _coupon(text: str, key: int) -> CouponTerms:
    if text.endswith("%"):
        return percentage(rate(text), key=key)
    return fixed(cents(text), key=key)


def _couponed(row: Row, name: str) -> Bill:
    lines = [line(cents(text), key=number) for number, text in enumerate(parts(row["Fees"]))]
    coupons = tuple(_coupon(text, key) for key, text in enumerate(parts(row[name], ";")))
    return bill(request(*lines, coupons=coupons))


@figures("coupons")
def coupons(row: Row) -> dict[str, str]:
    made = _couponed(row, "Coupons, in order")
    return {
        "Taken off": ", ".join(euros(grant.amount_cents) for grant in made.coupon_grants),
        "Left": euros(made.total_amount_cents),
    }


@figures("coupon-shares")
def coupon_shares(row: Row) -> dict[str, str]:
    made = bill(request(line(10000), line(5000), coupons=(fixed(3000),)))
    found = next(each for each in made.lines if each.amount_cents == cents(row["Fee"]))
    share = found.precise_coupons_amount_cents
    return {
        "Part of the coupon": f"{share / 100:.5f}",
        "Left to be taxed": f"{(found.amount_cents - share) / 100:.5f}",
    }


@figures("tax-levels")
def tax_levels(row: Row) -> dict[str, str]:
    columns = {
        "charge": "Taxes of charge",
        "plan": "of plan",
        "customer": "of customer",
        "entity": "of organization",
    }
    levels = {
        level: [TaxTerms(code, code, Decimal(1)) for code in parts(row[column])]
        for level, column in columns.items()
    }
    return {"Applied": ", ".join(each.code for each in taxes_of(row["Fee"], levels))}


@figures("tax-rounding")
def tax_rounding(row: Row) -> dict[str, str]:
    taxed = tax(rate(row["Rate"]))
    lines = [line(cents(text), taxed, key=key) for key, text in enumerate(parts(row["Fees"]))]
    found = tax_invoice(lines, sum(each.amount_cents for each in lines))
    return {
        "Taxes of the fees": ", ".join(euros(each.amount_cents) for each in found.lines),
        "Their sum": euros(sum(each.amount_cents for each in found.lines)),
        "Taxes of the invoice": euros(found.amount_cents),
    }


def _noted(paid_cents: int = 0) -> InvoiceFacts:
    """179.00 with 10 %, 399.00 with 20 %, of which a coupon took 250.00."""
    first = fee(17900, tax(10), key="first")
    second: FeeFacts = fee(39900, tax(20), key="second", coupons="25000")
    return invoice(first, second, taxes_cents=4770, coupons=25000, paid_cents=paid_cents)


@figures("credit-notes")
def credit_notes(row: Row) -> dict[str, str]:
    asked = {"first": row["Item on the first"], "second": row["Item on the second"]}
    items = [NoteItem(key, cents(text)) for key, text in asked.items() if cents(text)]
    worth = weigh(_noted(), items)
    return {
        "Coupon part": euros(worth.coupons_adjustment_amount_cents),
        "Sub-total": euros(worth.sub_total_excluding_taxes_amount_cents),
        "Taxes": euros(worth.taxes_amount_cents),
        "Total": euros(worth.total_amount_cents),
    }


@figures("caps")
def note_caps(row: Row) -> dict[str, str]:
    found = caps(_noted(cents(row["Paid"])))
    return {
        "Creditable": euros(found.creditable_cents),
        "Refundable": euros(found.refundable_cents),
        "Offsettable": euros(found.offsettable_cents),
    }


@figures("credits")
def credits(row: Row) -> dict[str, str]:
    terms = TopUpTerms(rate=Decimal(row["Price of a credit"]), currency="EUR")
    found = purchase(Decimal(row["Credits"]), terms)
    return {"Money": euros(found.amount_cents), "Credits bought": f"{found.credits:.5f}"}


@figures("spending")
def spending(row: Row) -> dict[str, str]:
    wallets = []
    for key, text in enumerate(parts(row["Wallets (priority: balance)"], ";")):
        priority, balance = text.split(": ")
        wallets.append(wallet(cents(balance), key=key, priority=int(priority)))
    made = bill(request(line(cents(row["Due"])), wallets=tuple(wallets)))
    return {
        "Paid": ", ".join(euros(grant.amount_cents) for grant in made.wallet_grants),
        "Left to pay": euros(made.total_amount_cents),
    }


@figures("ongoing")
def ongoing(row: Row) -> dict[str, str]:
    usage = PendingUsage(
        fee_type="charge",
        used_cents=cents(row["Running usage"]),
        billed_cents=cents(row["Of it billed already"]),
    )
    [found] = allocate_ongoing([wallet(cents(row["Balance"]))], [usage])
    return {"Ongoing balance": euros(found.ongoing_balance_cents)}


@figures("targets")
def targets(row: Row) -> dict[str, str]:
    found = rule_top_up(
        RuleTerms(method="target", target_ongoing_balance=Decimal(row["Target"])),
        TopUpTerms(rate=Decimal(1), currency="EUR"),
        ongoing_credits=Decimal(row["Ongoing"]),
        pending_credits=Decimal(row["Under way"]),
    )
    return {"Bought": "nothing" if found.paid is None else f"{found.paid.credits:.5f}"}


@figures("due")
def due_amounts(row: Row) -> dict[str, str]:
    found = due(
        total_cents=cents(row["Total"]),
        paid_cents=cents(row["Paid"]),
        offset_cents=cents(row["Offset"]),
        is_voided=row["Voided"] == "yes",
    )
    return {"Due": euros(found)}
