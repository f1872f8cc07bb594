"""Many at once create, delete and create again one external id: one customer lives at most."""

import random
import time
from collections import Counter
from threading import Event

import pytest
from django.db import transaction

from activity.actors import COMMAND
from billing_admin.invariants import breaches
from customers.models import Customer
from tests.api.client import ApiClient
from tests.factories import AT, OrganizationFactory, PlanFactory
from tests.soak.at_once import at_once
from workflows.delete_customer import delete_customer

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 50
CLEAN = {200, 404, 422}
WAYS = ("create", "delete", "assign", "recreate")


def one(api: ApiClient, way: str, number: int, plan: str) -> list[tuple[int, object]]:
    """Do one thing with the one customer and return what was answered."""
    customer = {"customer": {"external_id": "one", "name": f"Number {number}"}}
    subscription = {"external_customer_id": "one", "external_id": "sub", "plan_code": plan}
    if way == "create":
        return [api.post("/customers", customer)]
    if way == "delete":
        return [api.delete("/customers/one")]
    if way == "assign":
        return [api.post("/subscriptions", {"subscription": subscription})]
    return [api.delete("/customers/one"), api.post("/customers", customer)]


def test_one_external_id_belongs_to_one_live_customer_at_most(asked):
    dice = random.Random(asked.seed)
    organization = OrganizationFactory(is_sandbox=True)
    plan = PlanFactory(organization=organization, pay_in_advance=True)
    clients = [ApiClient(organization) for _ in range(AT_ONCE)]
    answers: list[tuple[int, object]] = []

    for _ in range(asked.count):
        ways = [dice.choice(WAYS) for _ in range(AT_ONCE)]
        given = at_once(
            AT_ONCE,
            lambda number, ways=ways: one(clients[number], ways[number], number, plan.code),
        )
        answers += [answer for some in given for answer in some]
        assert Customer.objects.of(organization).kept().count() <= 1

    assert [answer for answer in answers if answer[0] not in CLEAN] == []
    assert list(breaches()) == []
    made = Customer.objects.of(organization)
    numbers = list(made.order_by("sequential_id").values_list("sequential_id", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    refused = Counter(
        str(answer.get("error_details") or answer["code"])
        for status, answer in answers
        if status != 200
    )
    print(
        f"{len(answers)} requests, {made.count()} customers one after another, never two alive; "
        f"refused: {dict(refused)}"
    )


def test_an_upsert_that_meets_a_deletion_makes_the_customer_anew():
    api = ApiClient(OrganizationFactory(is_sandbox=True))
    customer = {"customer": {"external_id": "one", "name": "Old"}}
    api.post("/customers", customer)
    [old] = Customer.objects.all()
    is_deleting = Event()

    def act(number: int):
        if number:
            is_deleting.wait(timeout=30)
            return api.post("/customers", {"customer": {"external_id": "one", "name": "New"}})
        with transaction.atomic():
            delete_customer(old, actor=COMMAND, at=AT)
            is_deleting.set()
            time.sleep(0.5)  # the upsert waits for the row by now
        return None

    _, (status, answer) = at_once(2, act)

    assert (status, answer["customer"]["name"]) == (200, "New")
    assert answer["customer"]["lago_id"] != str(old.pk)
    assert list(Customer.objects.kept().values_list("name", flat=True)) == ["New"]
