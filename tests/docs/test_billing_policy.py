"""The figures of docs/billing-policy.md, worked out again."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from billing.bill import BillRequest, bill
from billing.commitments import minimum_commitment, spending_minimum
from billing.coupons import CouponTerms
from billing.lines import Line, TaxTerms
from billing.money import round_to_cents
from billing.pricing import Usage, price
from billing.proration import share
from billing.wallets import amount_for

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "billing-policy.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))


def rows(section):
    """Return the cells of the section's table, without its head."""
    lines = [line for line in SECTIONS[section].splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


@pytest.mark.parametrize(("exact", "rounded"), rows("Money"))
def test_rounding(exact, rounded):
    assert round_to_cents(Decimal(exact)) == int(rounded)


@pytest.mark.parametrize(("amount", "days", "of", "fee"), rows("Subscription fee"))
def test_parts_of_a_period(amount, days, of, fee):
    assert round_to_cents(share(int(amount), int(days), int(of))) == int(fee)


PROPERTIES = {
    "standard": {"amount": "0.05"},
    "graduated": {
        "graduated_ranges": [
            {"from_value": 0, "to_value": 10, "per_unit_amount": "0.50", "flat_amount": "1"},
            {"from_value": 11, "to_value": None, "per_unit_amount": "0.20", "flat_amount": "2"},
        ]
    },
    "package": {"amount": "3", "package_size": 100, "free_units": 50},
    "volume": {
        "volume_ranges": [
            {"from_value": 0, "to_value": 5, "per_unit_amount": "10", "flat_amount": "0"},
            {"from_value": 6, "to_value": None, "per_unit_amount": "8", "flat_amount": "0"},
        ]
    },
    "graduated_percentage": {
        "graduated_percentage_ranges": [
            {"from_value": 0, "to_value": 100, "rate": "5", "flat_amount": "0"},
            {"from_value": 101, "to_value": None, "rate": "2", "flat_amount": "10"},
        ]
    },
}


@pytest.mark.parametrize(("model", "terms", "units", "amount"), rows("Charge models"))
def test_charge_models(model, terms, units, amount):
    usage = Usage(units=Decimal(units), full_units=Decimal(units), events_count=1)

    assert price(model, PROPERTIES[model], usage, "EUR").amount == Decimal(amount), terms


def test_the_spending_minimum():
    assert "adds 93" in SECTIONS["Spending minimum"]
    assert spending_minimum(1000, used_cents=800, days=25, period_days=28).amount_cents == 93


@pytest.mark.parametrize(("target", "days", "of", "used", "missing"), rows("Minimum commitment"))
def test_minimum_commitments(target, days, of, used, missing):
    worked = minimum_commitment(
        int(target), used_cents=int(used), days=int(days), period_days=int(of)
    )

    assert worked.amount_cents == int(missing)


@pytest.mark.parametrize(("lines", "coupon", "rate", "taxes", "total"), rows("Taxes"))
def test_taxes_after_coupons(lines, coupon, rate, taxes, total):
    tax = TaxTerms("vat", "vat", Decimal(rate))
    amounts = [int(part) for part in lines.split("+")]
    coupons = ()
    if int(coupon):
        terms = CouponTerms(
            key="c",
            kind="fixed_amount",
            frequency="forever",
            amount_cents=int(coupon),
            currency="EUR",
        )
        coupons = (terms,)
    worked = bill(
        BillRequest(
            invoice_type="subscription",
            currency="EUR",
            is_final=True,
            lines=tuple(
                Line(key=n, fee_type="subscription", amount_cents=cents, taxes=(tax,))
                for n, cents in enumerate(amounts)
            ),
            coupons=coupons,
        )
    )

    assert (worked.taxes_amount_cents, worked.total_amount_cents) == (int(taxes), int(total))


@pytest.mark.parametrize(("credits", "rate", "worth"), rows("Wallets"))
def test_what_credits_are_worth(credits, rate, worth):
    assert amount_for(Decimal(credits), Decimal(rate), "EUR") == int(worth)


def test_every_section_that_the_code_names_is_there():
    cited = set()
    for path in ROOT.rglob("*.py"):
        if ".venv" not in path.parts:
            for quoted in re.findall(
                r"billing-policy\.md,\s+sections? ((?:\"[^\"]+\"(?: and )?)+)", path.read_text()
            ):
                cited |= {" ".join(name.split()) for name in re.findall(r"\"([^\"]+)\"", quoted)}

    assert cited - set(SECTIONS) == set()
    assert len(cited) > 15


def test_shares_are_exact_until_they_are_rounded():
    assert share(3500, 21, 31) == Fraction(73500, 31)
