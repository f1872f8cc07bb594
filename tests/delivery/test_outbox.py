"""The outbox: every message is handled in the end, one that fails keeps nobody else."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from activity import journal
from activity.models import OutboxMessage
from delivery import outbox
from delivery.models import WebhookDelivery
from delivery.outbox import Handler, deliver_due
from tests.api.client import ApiClient
from tests.factories import CustomerFactory, OrganizationFactory, WebhookEndpointFactory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def handlers(monkeypatch):
    """The table of handlers, which a test may change."""
    changed = dict(outbox.HANDLERS)
    monkeypatch.setattr(outbox, "HANDLERS", changed)
    return changed


def told(customer, topic="test"):
    journal.announce(customer, "customer.created", at=NOW, topic=topic)


@pytest.mark.django_db
def test_a_message_that_fails_undoes_its_own_work_and_is_tried_again_later(
    customer, handlers
) -> None:
    calls = []

    def half(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
        calls.append(message.pk)
        CustomerFactory(organization=customer.organization, external_id="left over")
        if len(calls) < 3:
            raise RuntimeError("The printer is on fire.")

    handlers["test"] = Handler(half)
    told(customer)

    assert deliver_due(at=NOW).failed == 1
    message = OutboxMessage.objects.get()
    assert (message.attempts, message.handled_at) == (1, None)
    assert message.error == "RuntimeError: The printer is on fire."
    assert message.next_attempt_at == NOW + timedelta(seconds=10)
    assert customer.organization.customers.count() == 1
    assert deliver_due(at=NOW + timedelta(seconds=9)).failed == 0
    assert deliver_due(at=NOW + timedelta(seconds=10)).failed == 1
    assert deliver_due(at=NOW + timedelta(seconds=30)).handled == 1
    message.refresh_from_db()
    assert (message.attempts, message.error, message.next_attempt_at) == (3, "", None)
    assert customer.organization.customers.count() == 2


@pytest.mark.django_db
def test_a_message_that_fails_keeps_nobody_else(customer, handlers) -> None:
    handled = []

    def second_fails(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
        if message.object_id == bad.pk:
            raise RuntimeError
        handled.append(message.object_id)

    handlers["test"] = Handler(second_fails)
    bad, last = CustomerFactory.create_batch(2, organization=customer.organization)
    for one in (customer, bad, last):
        told(one)

    done = deliver_due(at=NOW)

    assert (done.handled, done.failed) == (2, 1)
    assert handled == [customer.pk, last.pk]


def test_waits_double_up_to_an_hour() -> None:
    waits = [outbox.wait_after(attempts).total_seconds() for attempts in (0, 1, 2, 8, 9, 10**6)]

    assert waits == [10, 20, 40, 2560, 3600, 3600]


@pytest.mark.django_db
def test_a_topic_that_nobody_handles_yet_waits(customer) -> None:
    told(customer, topic="nobody")

    done = deliver_due(at=NOW)

    assert (done.handled, done.failed) == (0, 0)
    assert OutboxMessage.objects.get().handled_at is None


@pytest.mark.django_db
def test_a_webhook_that_nobody_can_write_fails_loudly(organization, endpoint) -> None:
    journal.announce(organization, "unheard_of.created", at=NOW)

    done = deliver_due(at=NOW)

    assert (done.failed, WebhookDelivery.objects.count()) == (1, 0)
    assert OutboxMessage.objects.get().error == "NoShape: No shape is known for unheard_of."


@pytest.mark.django_db
def test_handlers_hear_the_time_of_the_sandbox_and_the_real_one(handlers) -> None:
    there = datetime(2031, 5, 1, tzinfo=UTC)
    sandbox = OrganizationFactory(is_sandbox=True, sandbox_now=there)
    heard = []
    handlers["test"] = Handler(lambda message, *, at, now: heard.append((at, now)))
    told(CustomerFactory(organization=sandbox))

    deliver_due(at=NOW)

    assert heard == [(there, NOW)]


@pytest.mark.django_db(transaction=True)
def test_a_handler_that_talks_to_the_network_holds_no_transaction(handlers) -> None:
    states = []

    def look(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
        states.append(connection.in_atomic_block)

    handlers["atomic"] = Handler(look)
    handlers["network"] = Handler(look, is_atomic=False)
    customer = CustomerFactory()
    told(customer, "atomic")
    told(customer, "network")

    deliver_due(at=NOW)

    assert states == [True, False]


@pytest.mark.django_db(transaction=True)
def test_a_networking_handler_that_dies_is_taken_over_after_its_lease(handlers) -> None:
    class Killed(BaseException):
        pass

    def die(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
        raise Killed

    told(CustomerFactory(), "network")
    handlers["network"] = Handler(die, is_atomic=False)
    with pytest.raises(Killed):
        deliver_due(at=NOW)
    handlers["network"] = Handler(lambda message, *, at, now: None, is_atomic=False)

    assert deliver_due(at=NOW + outbox.LEASE - timedelta(seconds=1)).handled == 0
    assert deliver_due(at=NOW + outbox.LEASE).handled == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_handle_the_same_message(handlers) -> None:
    started, release, seen = threading.Event(), threading.Event(), []

    def slow(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
        seen.append(message.pk)
        started.set()
        assert release.wait(10)

    handlers["test"] = Handler(slow)
    told(CustomerFactory())

    def first() -> None:
        try:
            deliver_due(at=NOW)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert started.wait(10)
    other = deliver_due(at=NOW)
    release.set()
    thread.join(10)

    assert (other.handled, len(seen)) == (0, 1)
    assert OutboxMessage.objects.get().handled_at == NOW


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_for_a_change_that_is_rolled_back(receiver) -> None:
    customer = CustomerFactory()
    WebhookEndpointFactory(organization=customer.organization, webhook_url=receiver.url)
    with transaction.atomic():
        told(customer, "webhook")
        transaction.set_rollback(True)

    done = deliver_due(at=NOW)

    assert (done.handled, receiver.heard) == (0, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_sandbox", [True, False])
def test_only_a_sandbox_has_delivered_before_it_answers(receiver, is_sandbox: bool) -> None:
    api = ApiClient(OrganizationFactory(is_sandbox=is_sandbox))
    WebhookEndpointFactory(organization=api.organization, webhook_url=receiver.url)

    status, _ = api.post("/customers", {"customer": {"external_id": "hooli"}})

    assert (status, len(receiver.heard)) == (200, int(is_sandbox))
    assert OutboxMessage.objects.filter(handled_at=None).count() == int(not is_sandbox)
