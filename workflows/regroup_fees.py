"""Put fees in advance that were paid one by one on one invoice, where a plan asks for it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from catalog.models import Charge
from invoices.models import Fee, Invoice
from invoices.operations.locking import lock_customers
from invoices.operations.regrouping import regroup
from subscriptions.models import Subscription


@transaction.atomic
def regroup_fees(
    subscriptions: Collection[Subscription], *, actor: Actor, at: datetime, is_ending: bool = False
) -> list[Invoice]:
    """Invoice the paid stand-alone fees of subscriptions whose plan regroups; one invoice a customer.

    Every subscription of the same external ids counts, ended ones too. At a periodic billing only fees whose period
    is over by `at` are taken; when a subscription is `is_ending`, all of them.
    """
    regrouping = _regrouping(subscriptions)
    if not regrouping:
        return []
    lock_customers({row.customer_id for row in regrouping})
    fees = Fee.objects.filter(
        customer_id__in={row.customer_id for row in regrouping},
        subscription__external_id__in={row.external_id for row in regrouping},
        invoice=None,
        deleted_at=None,
        pay_in_advance=True,
        payment_status="succeeded",
        succeeded_at__lte=at,
    )
    if not is_ending:
        fees = fees.filter(period__endswith__lte=at)
    groups: dict[tuple[uuid.UUID, str], list[Fee]] = defaultdict(list)
    for fee in fees.select_related("customer__organization").order_by("created_at", "pk"):
        groups[fee.customer_id, fee.amount_currency].append(fee)
    return [_invoice(group, actor=actor, at=at) for group in groups.values()]


def _regrouping(subscriptions: Collection[Subscription]) -> list[Subscription]:
    plans = set(
        Charge.objects.filter(
            plan_id__in={row.plan_id for row in subscriptions}, regroup_paid_fees="invoice"
        ).values_list("plan_id", flat=True)
    )
    return [row for row in subscriptions if row.plan_id in plans]


def _invoice(fees: list[Fee], *, actor: Actor, at: datetime) -> Invoice:
    invoice = regroup(fees, at=at)
    journal.record(
        invoice,
        "invoice.finalized",
        actor=actor,
        at=at,
        after={"number": invoice.number, "total_amount_cents": invoice.total_amount_cents},
    )
    journal.announce(invoice, "invoice.created", at=at)
    journal.announce(invoice, "invoice.document", at=at, topic="document")
    return invoice
