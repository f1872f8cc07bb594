"""Dunning campaigns: who is asked, when, how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid
from customers.models import Customer
from payments.models import CustomerDunning, DunningCampaign, PaymentRequest
from payments.operations.campaigns import (
    CampaignTerms,
    choose_campaign,
    create_campaign,
    delete_campaign,
    update_campaign,
)
from tests.factories import CustomerFactory, OrganizationFactory
from tests.payments.given import one_off
from workflows.mark_overdue import mark_overdue
from workflows.record_payment import record_payment
from workflows.run_dunning import next_dunning, run_dunning

pytestmark = pytest.mark.django_db
MONDAY = datetime(2024, 3, 4, 8, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def customer(db: None) -> Customer:
    return CustomerFactory(email="acme@example.com")


def campaign(customer: Customer, **more: object) -> DunningCampaign:
    given: dict = {
        "name": "Friendly",
        "code": "friendly",
        "thresholds": {"EUR": 1_000},
        "max_attempts": 2,
        "days_between_attempts": 3,
        "is_default": True,
    }
    terms = CampaignTerms(**given | more)
    return create_campaign(customer.organization, terms=terms, actor=COMMAND, at=MONDAY)


def owing(customer: Customer, *amounts: int) -> None:
    for cents in amounts:
        one_off(cents, customer=customer)
    mark_overdue(customer.organization, at=MONDAY)


def ask(customer: Customer, at: datetime) -> int:
    return run_dunning(customer.organization, at=at)


def test_a_customer_is_asked_for_all_that_is_overdue_until_the_attempts_are_used_up(customer):
    campaign(customer)
    owing(customer, 600, 500)
    organization = customer.organization
    assert next_dunning(organization, MONDAY) == MONDAY + timedelta(microseconds=1)

    assert ask(customer, MONDAY) == 1
    request = PaymentRequest.objects.get()
    assert (request.amount_cents, request.email) == (1_100, "acme@example.com")
    assert not OutboxMessage.objects.filter(kind="dunning_campaign.finished").exists()

    assert next_dunning(organization, MONDAY) == MONDAY + 3 * DAY
    assert ask(customer, MONDAY + 3 * DAY - timedelta(seconds=1)) == 0
    assert ask(customer, MONDAY + 3 * DAY) == 1
    assert OutboxMessage.objects.filter(kind="dunning_campaign.finished").count() == 1

    assert next_dunning(organization, MONDAY + 3 * DAY) is None
    assert ask(customer, MONDAY + 30 * DAY) == 0
    assert PaymentRequest.objects.count() == 2


def test_below_the_threshold_nobody_is_asked(customer):
    campaign(customer)
    owing(customer, 999)

    assert ask(customer, MONDAY) == 0
    assert next_dunning(customer.organization, MONDAY) is None


def test_the_threshold_counts_in_its_own_currency_only(customer):
    campaign(customer, thresholds={"USD": 1})
    owing(customer, 5_000)

    assert ask(customer, MONDAY) == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"exclude_from_dunning_campaign": True},
        {"account_type": "partner"},
        {"deleted_at": MONDAY},
    ],
)
def test_excluded_partners_and_deleted_customers_are_left_alone(customer, columns):
    campaign(customer)
    owing(customer, 5_000)
    Customer.objects.update(**columns)

    assert ask(customer, MONDAY) == 0
    assert not PaymentRequest.objects.exists()


def test_without_a_default_only_those_with_their_own_campaign_are_asked(customer):
    strict = campaign(customer, is_default=False)
    other = CustomerFactory(organization=customer.organization, email="other@example.com")
    owing(customer, 5_000)
    owing(other, 5_000)

    choose_campaign(customer, strict, actor=COMMAND, at=MONDAY)

    assert ask(customer, MONDAY) == 1
    assert PaymentRequest.objects.get().customer == customer


def test_who_has_paid_begins_anew_the_next_time(customer):
    campaign(customer, max_attempts=1)
    owing(customer, 5_000)
    ask(customer, MONDAY)
    invoice = customer.invoices.get()
    record_payment(
        invoice, amount_cents=5_000, reference="r", paid_at=None, actor=COMMAND, at=MONDAY
    )
    ask(customer, MONDAY + DAY)
    assert CustomerDunning.objects.get().attempts == 0

    owing(customer, 7_000)
    assert ask(customer, MONDAY + 2 * DAY) == 1
    assert PaymentRequest.objects.order_by("-created_at").first().amount_cents == 7_000


def test_a_changed_campaign_begins_anew(customer):
    terms = CampaignTerms(
        name="Strict",
        code="strict",
        thresholds={"EUR": 1},
        max_attempts=1,
        days_between_attempts=1,
        is_default=True,
    )
    friendly = campaign(customer, max_attempts=1)
    owing(customer, 5_000)
    ask(customer, MONDAY)
    assert ask(customer, MONDAY + DAY) == 0

    update_campaign(friendly, terms=terms, actor=COMMAND, at=MONDAY)

    assert ask(customer, MONDAY + DAY) == 1


def test_a_deleted_campaign_asks_nobody(customer):
    delete_campaign(campaign(customer), actor=COMMAND, at=MONDAY)
    owing(customer, 5_000)

    assert ask(customer, MONDAY) == 0


def test_a_customer_without_an_address_cannot_be_asked_and_is_noted(customer):
    campaign(customer, max_attempts=1)
    owing(customer, 5_000)
    Customer.objects.update(email=None)

    assert ask(customer, MONDAY) == 0
    assert ask(customer, MONDAY + DAY) == 0

    entry = JournalEntry.objects.get(action="customer.dunning_refused")
    assert entry.after["code"] == "value_is_mandatory"


def test_one_campaign_is_the_default(customer):
    first = campaign(customer)
    campaign(customer, code="second")

    first.refresh_from_db()
    assert not first.is_default
    assert DunningCampaign.objects.filter(is_default=True).count() == 1


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({"name": " "}, {"name": ["value_is_mandatory"]}),
        ({"code": ""}, {"code": ["value_is_mandatory"]}),
        ({"thresholds": {}}, {"thresholds": ["value_is_mandatory"]}),
        ({"thresholds": {"XXX": 1}}, {"thresholds": ["value_is_invalid"]}),
        ({"thresholds": {"EUR": 0}}, {"thresholds": ["value_is_out_of_range"]}),
        ({"max_attempts": 0}, {"max_attempts": ["value_is_out_of_range"]}),
        ({"days_between_attempts": 0}, {"days_between_attempts": ["value_is_out_of_range"]}),
    ],
)
def test_a_campaign_that_makes_no_sense_is_refused(customer, given, errors):
    with pytest.raises(Invalid) as refusal:
        campaign(customer, **given)

    assert refusal.value.errors == errors
    assert not DunningCampaign.objects.exists()


def test_a_code_is_taken_once(customer):
    campaign(customer)

    with pytest.raises(Invalid) as refusal:
        campaign(customer, is_default=False)

    assert refusal.value.errors == {"code": ["value_already_exist"]}


def test_other_organizations_are_left_alone(customer):
    campaign(customer)
    owing(customer, 5_000)

    assert run_dunning(OrganizationFactory(), at=MONDAY) == 0
