"""Ask customers for what is overdue, as their dunning campaign says."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum

from activity import journal
from activity.actors import SYSTEM
from billing.errors import DomainError
from customers.models import AccountType
from customers.operations import lock_kept
from invoices.models import Invoice
from organizations.models import Organization
from payments.models import CustomerDunning, DunningCampaign
from payments.operations import campaigns
from workflows.request_payment import request_payment

DUE = F("total_amount_cents") - F("total_paid_amount_cents") - F("offset_amount_cents")


@dataclass(frozen=True)
class Case:
    """A customer whose overdue balance in a currency has reached their campaign's threshold."""

    customer_id: uuid.UUID
    currency: str
    campaign: DunningCampaign
    attempts: int
    last_attempt_at: datetime | None

    def next_at(self, at: datetime) -> datetime | None:
        """Return when to ask next; `at` for the first time, None when the attempts are used up."""
        if self.attempts >= self.campaign.max_attempts:
            return None
        if self.last_attempt_at is None:
            return at
        return self.last_attempt_at + timedelta(days=self.campaign.days_between_attempts)


def run_dunning(organization: Organization, *, at: datetime) -> int:
    """Write the payment requests that are due at `at`, a transaction each; return how many.

    Who owes nothing overdue any more begins anew the next time. One request a customer and run.
    """
    _forget_settled(organization, at)
    asked: set[uuid.UUID] = set()
    for case in _cases(organization):
        due_at = case.next_at(at)
        if case.customer_id not in asked and due_at is not None and due_at <= at:
            asked |= {case.customer_id} if _ask(case, at=at) else set()
    return len(asked)


def next_dunning(organization: Organization, after: datetime) -> datetime | None:
    """Return the first moment later than `after` at which somebody has to be asked, or None."""
    soonest = after + timedelta(microseconds=1)
    moments = [case.next_at(soonest) for case in _cases(organization)]
    first = min((moment for moment in moments if moment is not None), default=None)
    return first and max(first, soonest)


@transaction.atomic
def _ask(case: Case, *, at: datetime) -> bool:
    """Ask for all that is overdue in the currency; False when it cannot be asked for (no address, say)."""
    customer = lock_kept(case.customer_id)
    invoices = _overdue(customer.organization).filter(
        customer=customer, currency=case.currency, ready_for_payment_processing=True
    )
    try:
        request_payment(
            customer,
            invoice_ids=list(invoices.values_list("pk", flat=True)),
            email=None,
            actor=SYSTEM,
            at=at,
        )
    except DomainError as refusal:
        journal.record(
            customer,
            "customer.dunning_refused",
            actor=SYSTEM,
            at=at,
            after={"campaign": case.campaign.code, "code": refusal.code},
        )
        campaigns.count_attempt(campaigns.state_of(customer, at=at), at=at)
        return False
    state = campaigns.count_attempt(campaigns.state_of(customer, at=at), at=at)
    if state.attempts >= case.campaign.max_attempts:
        journal.announce(
            customer,
            "dunning_campaign.finished",
            at=at,
            payload={"dunning_campaign_code": case.campaign.code, "currency": case.currency},
        )
    return True


def _cases(organization: Organization) -> Iterator[Case]:
    """The customers to be asked, whenever that is; four queries."""
    rows = DunningCampaign.objects.of(organization).kept().prefetch_related("thresholds")
    known = {campaign.pk: campaign for campaign in rows}
    if not known:
        return
    default = next((each for each in known.values() if each.is_default), None)
    states = {row.customer_id: row for row in CustomerDunning.objects.of(organization)}
    for customer_id, currency, due in _balances(organization):
        state = states.get(customer_id)
        own = known.get(state.campaign_id) if state and state.campaign_id else None
        campaign = own or default
        if campaign is not None and _reaches(campaign, currency, due):
            yield Case(
                customer_id,
                currency,
                campaign,
                state.attempts if state else 0,
                state.last_attempt_at if state else None,
            )


def _balances(organization: Organization) -> list[tuple[uuid.UUID, str, int]]:
    """Return what each customer owes overdue in each currency; partners and excluded ones owe nothing."""
    rows = _overdue(organization).filter(
        ready_for_payment_processing=True,
        customer__deleted_at=None,
        customer__exclude_from_dunning_campaign=False,
        customer__account_type=AccountType.CUSTOMER,
    )
    sums = rows.values_list("customer_id", "currency").annotate(due=Sum(DUE))
    return list(sums.order_by("customer_id", "currency"))


def _overdue(organization: Organization):  # type: ignore[no-untyped-def]
    return Invoice.objects.of(organization).finalized().filter(payment_overdue=True)


def _reaches(campaign: DunningCampaign, currency: str, due: int) -> bool:
    return any(
        each.currency == currency and due >= each.amount_cents for each in campaign.thresholds.all()
    )


def _forget_settled(organization: Organization, at: datetime) -> None:
    owing = _overdue(organization).values("customer_id")
    CustomerDunning.objects.of(organization).filter(attempts__gt=0).exclude(
        customer_id__in=owing
    ).update(attempts=0, last_attempt_at=None, updated_at=at)
