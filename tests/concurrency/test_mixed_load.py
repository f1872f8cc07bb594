"""Sixteen at once do whatever there is to do with the same few customers: no deadlock, nothing that does not add up."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from billing.errors import DomainError
from billing_admin.invariants import breaches
from customers.models import Customer
from invoices.models import BillingFailure
from subscriptions.models import Subscription
from tests.api.client import ApiClient
from tests.soak.at_once import at_once
from tests.soak.verbs import VERBS
from tests.soak.worlds import World, new_world
from workflows.schedule import run_all

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 16
CUSTOMERS = 5


def work(world: World, number: int, count: int) -> Counter[str]:
    """Do `count` things one after another, as fast as can be; two of the sixteen run all jobs instead."""
    done: Counter[str] = Counter()
    names = [*VERBS, "use", "use", "create", "jobs"]
    weights = [parts for _, parts in VERBS.values()] + [5, 5, 3, 1]
    for step in range(count):
        name = "jobs" if number < 2 else world.dice.choices(names, weights)[0]
        world.now += timedelta(minutes=step)
        try:
            one(world, name, number)
        except DomainError as refusal:
            done[refusal.code] += 1
        done[name] += 1
    return done


def one(world: World, name: str, number: int) -> None:
    if name == "jobs":
        run_all(world.organization, at=world.now)
        return
    external_id = f"shared-{world.dice.randrange(CUSTOMERS)}"
    rows = Customer.objects.of(world.organization).kept().filter(external_id=external_id)
    customer = rows.select_related("organization").first()
    if customer is None:
        world.new_customer(external_id)
    elif name == "create":
        status, reply = world.api.post("/customers", {"customer": {"external_id": external_id}})
        assert status == 200, reply
    elif name == "use":
        used = Subscription.objects.filter(customer=customer).order_by("pk").first()
        if used is not None:
            world.use(used.external_id)
    else:
        workflow = VERBS[name][0](world, customer)
        if workflow is not None:
            workflow(at=world.now)


def test_a_mixed_load_meets_no_deadlock(asked):
    first = new_world(random.Random(asked.seed))
    for number in range(CUSTOMERS):
        first.new_customer(f"shared-{number}")
    worlds = [
        replace(
            first,
            dice=random.Random(asked.seed + number),
            api=ApiClient(first.organization),
            refusals=[],
            made=1_000_000 * (number + 1),
        )
        for number in range(AT_ONCE)
    ]

    done = at_once(AT_ONCE, lambda number: work(worlds[number], number, asked.count))

    found = sum(done, Counter())
    assert not BillingFailure.objects.exists()
    assert list(breaches()) == []
    print(f"{AT_ONCE} at once, {sum(found.values())} things: no deadlock; {dict(found)}")
