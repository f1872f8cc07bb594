"""Short ways to write the data of a bill in tests."""

from decimal import Decimal

from billing.bill import BillRequest
from billing.coupons import CouponTerms
from billing.lines import Line, TaxTerms
from billing.wallets import WalletTerms


def tax(rate, code=None):
    """A tax of `rate` percent."""
    return TaxTerms(key=code or f"tax-{rate}", code=code or f"tax-{rate}", rate=Decimal(str(rate)))


def line(amount_cents, *taxes, key=None, **terms):
    """A charge of `amount_cents` that carries `taxes`, named by its amount."""
    terms.setdefault("fee_type", "charge")
    return Line(key=key or amount_cents, amount_cents=amount_cents, taxes=taxes, **terms)


def fixed(amount_cents, *, key="fixed", frequency="forever", currency="EUR", **terms):
    """A coupon of a fixed amount."""
    return CouponTerms(
        key=key,
        kind="fixed_amount",
        frequency=frequency,
        amount_cents=amount_cents,
        currency=currency,
        **terms,
    )


def percentage(rate, *, key="percentage", frequency="forever", **terms):
    """A coupon of `rate` percent."""
    return CouponTerms(
        key=key,
        kind="percentage",
        frequency=frequency,
        percentage_rate=Decimal(str(rate)),
        **terms,
    )


def wallet(balance_cents, *, key="wallet", rate="1", **terms):
    """A wallet whose credits are worth `rate` euros each."""
    credits = Decimal(balance_cents) / 100 / Decimal(rate)
    terms.setdefault("credits_balance", credits)
    return WalletTerms(
        key=key, balance_cents=balance_cents, rate=Decimal(rate), currency="EUR", **terms
    )


def request(*lines, invoice_type="subscription", is_final=True, **terms):
    """A final subscription invoice in euros with `lines`."""
    terms.setdefault("currency", "EUR")
    return BillRequest(invoice_type=invoice_type, is_final=is_final, lines=lines, **terms)
