"""What billing a subscription needs to know of its past, gathered for many at once."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.periods import (
    BilledTo,
    Boundaries,
    Reason,
    SubscriptionTerms,
    Succession,
    boundaries,
    local_day,
    natural_period,
)
from billing.subscription_fee import FeeHistory
from billing.trial import trial_end
from invoices.models import AdjustedFee, Fee, InvoiceSubscription
from invoices.models.periods import InvoicingReason
from subscriptions.models import Subscription
from subscriptions.terms import succession, terms_of

FORGOTTEN = ("voided", "deleted")
"""Invoices in these states have billed nothing."""

REGULAR = (InvoicingReason.STARTING, InvoicingReason.PERIODIC, InvoicingReason.TERMINATING)


@dataclass(frozen=True, slots=True)
class Occasion:
    """A subscription to be billed at a moment, for a reason; `invoice_id` is the draft that is made anew.

    `adjustments` are what operators have set for lines of the invoice; those of other subscriptions do no harm.
    `subscription` comes with its customer, the customer's organization and its plan.
    """

    subscription: Subscription
    reason: Reason
    billed_at: datetime
    invoice_id: uuid.UUID | None = None
    adjustments: tuple[AdjustedFee, ...] = ()


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """An occasion with the terms, the past and the boundaries that follow."""

    occasion: Occasion
    terms: SubscriptionTerms
    history: FeeHistory
    boundaries: Boundaries
    previous: Subscription | None
    following: Subscription | None

    @property
    def subscription(self) -> Subscription:
        """The subscription that is billed."""
        return self.occasion.subscription

    @property
    def is_ending(self) -> bool:
        """Whether the subscription ends with this invoice."""
        return self.occasion.reason in (Reason.TERMINATING, Reason.UPGRADE, Reason.DOWNGRADE)


def gather(occasions: Sequence[Occasion]) -> list[SubscriptionFacts]:
    """Return the facts of each occasion, in the same order; three queries."""
    relatives = _relatives(occasions)
    billed = _billed_before(occasions)
    fees = _fees_before(occasions)
    return [_facts(occasion, relatives, billed, fees) for occasion in occasions]


Relatives = dict[tuple[uuid.UUID, str], list[Subscription]]


def _relatives(occasions: Iterable[Occasion]) -> Relatives:
    """All subscriptions of the same customers with the same external ids, oldest first."""
    found: Relatives = defaultdict(list)
    rows = Subscription.objects.filter(
        customer_id__in={o.subscription.customer_id for o in occasions},
        external_id__in={o.subscription.external_id for o in occasions},
    ).select_related("plan")
    for row in rows.order_by("created_at", "pk"):
        found[row.customer_id, row.external_id].append(row)
    return found


def _billed_before(occasions: Iterable[Occasion]) -> dict[uuid.UUID, list[InvoiceSubscription]]:
    return _entries({o.subscription.pk for o in occasions}, exclude=FORGOTTEN)


def _fees_before(
    occasions: Iterable[Occasion],
) -> dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]]:
    """For each subscription: (invoice, moment of billing) of every subscription fee."""
    found: dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]] = defaultdict(list)
    rows = (
        Fee.objects.filter(
            subscription_id__in={o.subscription.pk for o in occasions},
            fee_type="subscription",
            invoice__isnull=False,
        )
        .exclude(invoice__status__in=FORGOTTEN)
        .values_list("subscription_id", "invoice_id", "invoice__billed_at")
    )
    for subscription_id, invoice_id, billed_at in rows:
        found[subscription_id].append((invoice_id, billed_at))
    return found


def _facts(
    occasion: Occasion,
    relatives: Relatives,
    billed: dict[uuid.UUID, list[InvoiceSubscription]],
    fees: dict[uuid.UUID, list[tuple[uuid.UUID, datetime]]],
) -> SubscriptionFacts:
    subscription = occasion.subscription
    family = relatives[subscription.customer_id, subscription.external_id]
    previous = next((s for s in family if s.pk == subscription.previous_subscription_id), None)
    following = next(
        (
            s
            for s in family
            if s.previous_subscription_id == subscription.pk and s.status != "canceled"
        ),
        None,
    )
    took_over = following if following is not None and following.started_at else None
    terms = terms_of(
        subscription, succession(subscription.plan, took_over.plan) if took_over else None
    )
    earlier = [
        row
        for row in billed[subscription.pk]
        if row.invoice_id != occasion.invoice_id and row.billed_at <= occasion.billed_at
    ]
    history = _history(occasion, terms, previous, family, fees[subscription.pk])
    return SubscriptionFacts(
        occasion,
        terms,
        history,
        boundaries(
            terms,
            occasion.billed_at,
            occasion.reason,
            is_previous_billed=_is_previous_billed(terms, occasion, earlier),
            billed_to=_billed_to(earlier),
        ),
        previous,
        following,
    )


def _history(
    occasion: Occasion,
    terms: SubscriptionTerms,
    previous: Subscription | None,
    family: Sequence[Subscription],
    fees: Sequence[tuple[uuid.UUID, datetime]],
) -> FeeHistory:
    today = local_day(occasion.billed_at, terms.zone)
    others = [
        at for invoice, at in fees if invoice != occasion.invoice_id and at <= occasion.billed_at
    ]
    plan = occasion.subscription.plan
    starts = [s.started_at for s in family if s.started_at] or [terms.started_at]
    return FeeHistory(
        has_previous=previous is not None,
        follows_upgrade=previous is not None
        and succession(previous.plan, plan) == Succession.UPGRADE,
        is_billed_before=bool(others),
        is_billed_today=any(local_day(at, terms.zone) == today for at in others),
        trial_ends_at=trial_end(starts, plan.trial_period or 0),
    )


def _billed_to(earlier: Sequence[InvoiceSubscription]) -> BilledTo:
    """Where the last billed spans end; an empty span (a starting invoice) bills no charges.

    An invoice for a month's charges shows the subscription's period without billing it, perhaps by the days of
    another timezone than the one in which it was billed: the latest end is the billed one.
    """
    periods = [row.period.upper for row in earlier if not row.period.isempty]
    charges = [
        row.charges_end_at
        for row in earlier
        if row.charges_end_at and row.charges_end_at > row.charges_start_at
    ]
    fixed = [
        row.fixed_charges_end_at
        for row in earlier
        if row.fixed_charges_start_at
        and row.fixed_charges_end_at
        and row.fixed_charges_end_at > row.fixed_charges_start_at
    ]
    return BilledTo(
        max(periods, default=None),
        charges[-1] if charges else None,
        fixed[-1] if fixed else None,
    )


def billed_to_of(subscription_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, BilledTo]:
    """Return where the last billed spans of each subscription end, whatever became of the invoices; one query."""
    entries = _entries(set(subscription_ids))
    return {key: _billed_to(rows) for key, rows in entries.items()}


def _entries(
    subscription_ids: set[uuid.UUID], exclude: Sequence[str] = ()
) -> dict[uuid.UUID, list[InvoiceSubscription]]:
    """What regular invoices say of each subscription, oldest first, but for invoices in the states `exclude`."""
    rows = InvoiceSubscription.objects.filter(
        subscription_id__in=subscription_ids, invoicing_reason__in=REGULAR
    ).exclude(invoice__status__in=exclude)
    found: dict[uuid.UUID, list[InvoiceSubscription]] = defaultdict(list)
    for row in rows.order_by("billed_at", "charges_end_at", "pk"):
        found[row.subscription_id].append(row)
    return found


def _is_previous_billed(
    terms: SubscriptionTerms, occasion: Occasion, earlier: Sequence[InvoiceSubscription]
) -> bool:
    """Say whether the period before the one that ends has been billed by its periodic invoice."""
    if occasion.reason != Reason.TERMINATING or terms.terminated_at is None:
        return True
    current = natural_period(terms, local_day(terms.terminated_at, terms.zone))
    return terms.started_at >= current.start or any(
        row.invoicing_reason == InvoicingReason.PERIODIC and row.billed_at >= current.start
        for row in earlier
    )
