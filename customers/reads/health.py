"""The strip of figures at the head of a customer: what comes in, what is owed, what is missing."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.money import round_to_cents
from billing.plan_change import yearly_amount_cents
from console import formats
from customers.models import AccountType, Customer
from customers.reads.listing import DUE
from invoices.models import Invoice
from subscriptions.models import Subscription
from wallets.models import Wallet

Item = dict[str, Any]


def health(customer: Customer) -> list[Item]:
    """Return the key figures; 3 queries."""
    return [_mrr(customer), *_owed(customer), _wallets(customer)]


def standings(customer: Customer, figures: list[Item]) -> list[tuple[str, str]]:
    """Return the badges beside the name, (label, tone), from the key figures; no query."""
    if customer.is_deleted:
        return [(_("Deleted customer"), "bad")]
    mrr, _due, overdue, _wallet = figures
    found = [(_("Active"), "ok") if mrr["count"] else (_("No subscription"), "")]
    if overdue["tone"]:
        found.append((_("Overdue"), "bad"))
    if customer.account_type == AccountType.PARTNER:
        found.append((_("Partner"), "accent"))
    return [*found, (customer.currency, "outline")] if customer.currency else found


def missing(customer: Customer) -> list[str]:
    """Return what an operator should still fill in, in words; no query."""
    tie = getattr(customer, "customer_provider", None)
    # A provider that moves money by itself needs a card or mandate; without a provider that is what is missing.
    has_way = tie is None or not tie.provider.moves_money or tie.payment_method_id
    wanted = [
        (customer.email, _("e-mail address")),
        (customer.address_line1 and customer.country, _("billing address")),
        (customer.legal_name, _("legal name")),
        (tie, _("payment provider")),
        (has_way, _("payment method")),
    ]
    return [words for value, words in wanted if not value]


def monthly_cents(interval: str, amount_cents: int) -> int:
    """Return what a plan's price comes to in a month, in minor units."""
    return round_to_cents(Decimal(yearly_amount_cents(interval, amount_cents)) / 12)


def _mrr(customer: Customer) -> Item:
    rows = (
        Subscription.objects.active()
        .filter(customer=customer)
        .values_list("plan__interval", "plan__amount_cents", "plan__amount_currency")
    )
    sums: dict[str, int] = defaultdict(int)
    for interval, cents, currency in rows:
        sums[currency] += monthly_cents(interval, cents)
    count = len(rows)
    note = ngettext("%d active subscription", "%d active subscriptions", count) % count
    return {
        "label": _("MRR"),
        "value": _written(sums, customer),
        "note": note,
        "count": count,
        "url": reverse("customers:overview", args=[customer.pk]),
    }


def _owed(customer: Customer) -> list[Item]:
    rows = (
        Invoice.objects.finalized()
        .filter(customer=customer)
        .values("currency")
        .annotate(
            due=Sum(DUE),
            open=Count("pk", filter=Q(total_amount_cents__gt=F("total_paid_amount_cents") + F("offset_amount_cents"))),
            late=Sum(DUE, filter=Q(payment_overdue=True)),
            late_count=Count("pk", filter=Q(payment_overdue=True)),
        )
        .order_by("currency")
    )  # fmt: skip
    due = {row["currency"]: row["due"] for row in rows if row["due"]}
    late = {row["currency"]: row["late"] for row in rows if row["late"]}
    open_count = sum(row["open"] for row in rows)
    late_count = sum(row["late_count"] for row in rows)
    url = reverse("customers:invoices", args=[customer.pk])
    count = ngettext("%d unpaid invoice", "%d unpaid invoices", open_count) % open_count
    overdue = ngettext("%d invoice", "%d invoices", late_count) % late_count
    return [
        {"label": _("Due"), "value": _written(due, customer), "note": count, "url": url},
        {
            "label": _("Overdue"),
            "value": _written(late, customer),
            "note": overdue if late_count else _("Nothing is late"),
            "tone": "bad" if late_count else "",
            "url": f"{url}?payment=overdue" if late_count else url,
        },
    ]


def _wallets(customer: Customer) -> Item:
    rows = (
        Wallet.objects.active()
        .filter(customer=customer)
        .values("currency")
        .annotate(cents=Sum("balance_cents"), credits=Sum("credits_balance"), n=Count("pk"))
        .order_by("currency")
    )
    sums = {row["currency"]: row["cents"] for row in rows}
    count = sum(row["n"] for row in rows)
    credits = sum((row["credits"] for row in rows), Decimal(0))
    note = _("%(credits)s credits") % {"credits": formats.units(credits.normalize())}
    return {
        "label": _("Wallet balance"),
        "value": _written(sums, customer),
        "note": note if count else _("No wallet"),
        "url": reverse("customers:wallets", args=[customer.pk]),
    }


def _written(sums: dict[str, int], customer: Customer) -> str:
    """Write amounts of several currencies one after the other; nothing is 0 in the customer's own."""
    own = customer.currency or customer.organization.default_currency
    return " + ".join(formats.money(cents, code) for code, cents in (sums or {own: 0}).items())
