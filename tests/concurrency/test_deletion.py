"""Two at once: deleting a customer, and deleting it or adding to it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from activity.actors import COMMAND
from activity.models import JournalEntry
from billing.errors import NotFound
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import CustomerFactory, PlanFactory
from workflows.delete_customer import delete_customer
from workflows.preview import confirm, preview
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db(transaction=True)

NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Run works in threads that begin together; return what each returned or raised."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.fixture
def customer() -> Customer:
    row = CustomerFactory(external_id="hooli", currency="EUR")
    plan = PlanFactory(organization=row.organization, amount_cents=3100)
    asked = NewSubscription(external_id="sub", plan=plan)
    start_subscription(row, asked=asked, actor=COMMAND, at=NOON - timedelta(days=10))
    return row


def test_of_two_who_delete_one_wins_and_one_is_told(customer: Customer) -> None:
    deletion = partial(delete_customer, customer, actor=COMMAND)
    plan = preview(deletion, at=NOON)

    answers = at_once(*[partial(confirm, deletion, plan, now=NOON)] * 2)

    refused = [one for one in answers if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [NotFound]
    assert JournalEntry.objects.filter(action="customer.deleted").count() == 1
    assert Invoice.objects.count() == 1


def test_a_plan_is_added_before_a_deletion_or_not_at_all(customer: Customer) -> None:
    asked = NewSubscription(
        external_id="late", plan=PlanFactory(organization=customer.organization)
    )
    add = partial(start_subscription, customer, asked=asked, actor=COMMAND, at=NOON)
    delete = partial(delete_customer, customer, actor=COMMAND, at=NOON)

    added, deleted = at_once(add, delete)

    assert deleted.is_deleted
    assert not Subscription.objects.open().exists()
    made = Subscription.objects.filter(external_id="late").first()
    assert isinstance(added, NotFound) if made is None else made.status == "terminated"
