"""What the page of a subscription shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activity.models import JournalEntry
from billing.periods import local_day, next_billing_day_after
from console import formats
from customers.reads.sentences import told
from invoices.models import Invoice
from organizations.models import Organization
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.reads import tables
from subscriptions.terms import terms_of, trial_ends_at

MOST_DATES = 3


def shown(organization: Organization) -> QuerySet[Subscription]:
    """Subscriptions with what their page needs; no query yet."""
    return Subscription.objects.of(organization).select_related(
        "plan__parent",
        "customer__organization",
        "customer__customer_provider__provider",
        "previous_subscription__plan",
    )


def upcoming(subscription: Subscription, *, at: datetime) -> list[date]:
    """Return the next days on which the subscription is billed; no query."""
    if subscription.status == Status.PENDING:
        return [local_day(subscription.subscription_at, subscription.customer.zone)]
    if not subscription.is_active or subscription.next_billing_at is None:
        return []
    terms = terms_of(subscription)
    found: list[date] = []
    day = local_day(subscription.next_billing_at, terms.zone) - timedelta(days=1)
    while len(found) < MOST_DATES:
        following = next_billing_day_after(terms, day)
        if following is None:
            break
        found.append(following)
        day = following
    return found


def successor(subscription: Subscription) -> Subscription | None:
    """Return the subscription that will follow, or has followed; 1 query."""
    rows = subscription.next_subscriptions.exclude(status=Status.CANCELED).select_related("plan")
    return rows.order_by("-created_at", "-pk").first()


def facts(subscription: Subscription, *, at: datetime) -> list[dict[str, Any]]:
    """Return what was agreed; 1 query for a plan with a trial."""
    plan, zone = subscription.plan, subscription.customer.zone
    trial = trial_ends_at(subscription)
    billing = _("calendar") if subscription.billing_time == "calendar" else _("anniversary")
    way = _("in advance") if plan.pay_in_advance else _("in arrears")
    found = [
        (_("Price"), tables.price(subscription)),
        (_("Billing"), f"{plan.get_interval_display()}, {billing}, {way}"),
        (_("Start"), _moment(subscription.started_at or subscription.subscription_at, zone)),
        (_("End"), _moment(subscription.ending_at, zone) or _("Runs until it is ended")),
    ]
    if trial and trial > at:
        found.append((_("Trial until"), _moment(trial, zone)))
    if plan.pay_in_advance:
        behaviour = subscription.get_on_termination_credit_note_display() or _("Credit")
        found.append((_("Unused time at the end"), behaviour))
    invoice = subscription.get_on_termination_invoice_display()
    found += [
        (_("Invoice at the end"), invoice),
        (_("Order number"), subscription.purchase_order_number or ""),
    ]
    return [{"label": label, "value": value} for label, value in found]


def _moment(at: datetime | None, zone: Any) -> str:
    return "" if at is None else formats.moment(at, zone)


def invoices_of(subscription: Subscription, most: int = 10) -> list[Invoice]:
    """Return the latest invoices that bill a subscription; 1 query."""
    rows = Invoice.objects.visible().filter(invoice_subscriptions__subscription=subscription)
    return list(rows.order_by("-issuing_date", "-created_at", "-pk")[:most])


def history(subscription: Subscription, most: int = 10) -> list[dict[str, Any]]:
    """Return the last things that happened to a subscription; 1 query."""
    rows = JournalEntry.objects.of(subscription.organization).filter(object_id=subscription.pk)
    return told(rows.order_by("-pk")[:most])
