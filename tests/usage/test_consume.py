"""What follows from events: once for each, in the order of arrival, for those it concerns."""

from datetime import timedelta

import pytest

from activity.actors import COMMAND
from billing.errors import Invalid
from invoices.models import Invoice, InvoiceSubscription
from tests.factories import (
    AT,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
    WalletFactory,
)
from tests.usage.stored import stored_events
from tests.usage.worlds import roll_all
from usage.cursor import last_number
from usage.models import UsageCursor, UsageEvent
from wallets.models import Wallet
from workflows import consume_usage as module
from workflows.consume_usage import consume_usage
from workflows.ingest_usage import ingest_usage, ingest_usage_batch
from workflows.roll_up_usage import roll_up_usage

pytestmark = pytest.mark.django_db

NOW = AT + timedelta(days=3)
SAVEPOINTS = 8


@pytest.fixture
def subscription():
    organization = OrganizationFactory(is_sandbox=True)
    customer = CustomerFactory(organization=organization)
    plan = PlanFactory(organization=organization)
    return SubscriptionFactory(customer=customer, plan=plan, external_id="sub")


@pytest.fixture
def handed_over(monkeypatch):
    """What the consumers are told, instead of the consumers."""
    told = []

    def consumer(organization, arrivals, at):
        told.append(
            {owner.external_id: [e.transaction_id for e in own] for owner, own in arrivals.items()}
        )

    monkeypatch.setattr(module, "CONSUMERS", (consumer,))
    return told


def event(transaction_id, owner="sub", **more):
    return {
        "transaction_id": transaction_id,
        "code": "calls",
        "external_subscription_id": owner,
    } | more


def test_in_a_sandbox_it_has_happened_before_the_answer(subscription, handed_over):
    ingest_usage(subscription.organization, event("a"), at=NOW, actor=COMMAND)
    ingest_usage_batch(subscription.organization, [event("c"), event("b")], at=NOW, actor=COMMAND)

    assert handed_over == [{"sub": ["a"]}, {"sub": ["c", "b"]}]


def test_elsewhere_it_is_left_to_the_worker(subscription, handed_over):
    organization = subscription.organization
    organization.is_sandbox = False
    ingest_usage(organization, event("a"), at=NOW, actor=COMMAND)
    assert handed_over == []

    assert consume_usage(organization, at=NOW, up_to=last_number()) == 1
    assert consume_usage(organization, at=NOW, up_to=last_number()) == 0

    assert handed_over == [{"sub": ["a"]}]


def test_nothing_above_the_limit_is_taken(subscription, handed_over):
    at = [("sub", "calls", NOW, {})] * 3
    first, second, third = stored_events(subscription.organization, *at)

    assert consume_usage(subscription.organization, at=NOW, up_to=second.seq) == 2

    assert handed_over == [{"sub": [first.transaction_id, second.transaction_id]}]
    assert UsageCursor.objects.get().seq == second.seq < third.seq


def test_events_of_nobody_are_passed_over(subscription, handed_over):
    organization = subscription.organization
    ingest_usage(organization, event("a", "nobody"), at=NOW, actor=COMMAND)
    ingest_usage(organization, event("b", timestamp=0), at=NOW, actor=COMMAND)

    assert handed_over == []
    assert UsageEvent.objects.count() == 2


def test_what_cannot_follow_undoes_the_event(subscription, monkeypatch):
    def refuse(organization, arrivals, at):
        raise Invalid({"base": ["value_is_invalid"]})

    monkeypatch.setattr(module, "CONSUMERS", (refuse,))
    with pytest.raises(Invalid):
        ingest_usage(subscription.organization, event("a"), at=NOW, actor=COMMAND)

    assert UsageEvent.objects.count() == 0
    assert UsageCursor.objects.count() == 0


def draft(subscription):
    invoice = Invoice.objects.create(
        organization=subscription.organization,
        customer=subscription.customer,
        invoice_type="subscription",
        status="draft",
        number=f"draft {subscription.external_id}",
        currency="EUR",
        timezone="UTC",
        billed_at=AT,
        issuing_date=AT.date(),
        expected_finalization_date=AT.date(),
        payment_due_date=AT.date(),
        net_payment_term=0,
        created_at=AT,
        updated_at=AT,
    )
    InvoiceSubscription.objects.create(
        organization=subscription.organization,
        invoice=invoice,
        subscription=subscription,
        invoicing_reason="subscription_periodic",
        billed_at=AT,
        period=(AT, NOW),
        charges_start_at=AT,
        charges_end_at=NOW,
        created_at=AT,
    )
    return invoice


def test_drafts_and_wallets_of_the_customer_become_stale_and_no_others(subscription):
    organization = subscription.organization
    other = SubscriptionFactory(
        organization=organization,
        customer=CustomerFactory(organization=organization),
        plan=subscription.plan,
    )
    for each in (subscription, other):
        draft(each)
        WalletFactory(customer=each.customer)

    ingest_usage(organization, event("a"), at=NOW, actor=COMMAND)

    stale = Invoice.objects.filter(ready_to_be_refreshed=True)
    assert list(stale.values_list("customer_id", "updated_at")) == [(subscription.customer_id, NOW)]
    stale = Wallet.objects.filter(is_ongoing_stale=True)
    assert list(stale.values_list("customer_id", flat=True)) == [subscription.customer_id]


def test_it_is_cheap_when_nothing_follows(subscription, django_assert_num_queries):
    stored_events(subscription.organization, *[("sub", "calls", NOW, {})] * 50)

    # The last number, the cursor (made, locked, moved), events, owners, charges in advance, thresholds (of the
    # subscription and of the plan), drafts, wallets; savepoints.
    with django_assert_num_queries(11 + SAVEPOINTS):
        consume_usage(subscription.organization, at=NOW)


def test_the_cursor_starts_where_it_is_told(subscription, handed_over):
    old, new = stored_events(subscription.organization, *[("sub", "calls", NOW, {})] * 2)

    consume_usage(subscription.organization, at=NOW, after=old.seq)

    assert handed_over == [{"sub": [new.transaction_id]}]


@pytest.fixture
def real_time(subscription):
    """Two organizations in real time, each with a subscription, and a sandbox."""
    organization = OrganizationFactory()
    other = SubscriptionFactory(
        customer=CustomerFactory(organization=organization),
        plan=PlanFactory(organization=organization),
        external_id="other",
    )
    third = OrganizationFactory()
    broken = SubscriptionFactory(
        customer=CustomerFactory(organization=third),
        plan=PlanFactory(organization=third),
        external_id="broken",
    )
    return [subscription, other, broken]


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_what_is_safe_and_one_failure_holds_nobody_up(real_time, monkeypatch):
    told, failures = [], [RuntimeError("broken on purpose")]

    def consumer(organization, arrivals, at):
        for owner, own in arrivals.items():
            if owner.external_id == "broken" and failures:
                raise failures.pop()
            told.append((owner.external_id, len(own), at))

    monkeypatch.setattr(module, "CONSUMERS", (consumer,))
    for each in real_time:
        stored_events(each.organization, *[(each.external_id, "calls", NOW, {})] * 3)
    roll_all()
    stored_events(real_time[1].organization, ("other", "calls", NOW, {}))

    with pytest.raises(ExceptionGroup):
        roll_up_usage(at=NOW)
    roll_all()
    roll_up_usage(at=NOW)

    assert ("other", 3, NOW) in told or ("other", 4, NOW) in told
    assert sum(count for name, count, _ in told if name == "other") == 4
    assert sum(count for name, count, _ in told if name == "broken") == 3
    assert not [name for name, _, _ in told if name == "sub"]
    assert roll_up_usage(at=NOW) == 0
