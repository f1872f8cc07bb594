"""The same request many times at once: one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from catalog.models import Tax
from customers.models import Customer
from organizations.models import SigningKey
from tests.api.client import ApiClient
from tests.factories import AT, OrganizationFactory
from workflows.signing_key import signing_key

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = 20


def many(ask, copies=COPIES):
    def once(number: int):
        try:
            return ask(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(copies) as pool:
        return list(pool.map(once, range(copies)))


@pytest.fixture
def api():
    return ApiClient(OrganizationFactory())


def test_copies_under_one_key_are_answered_alike(api):
    tax = {"tax": {"name": "VAT", "code": "vat", "rate": 20}}

    answers = many(lambda number: api.post("/taxes", tax, Idempotency_Key="one"))

    assert Tax.objects.count() == 1
    assert [answer for answer in answers if answer != answers[0]] == []
    assert answers[0][0] == 200


def test_a_new_customer_sent_many_times_is_one_customer(api):
    customer = {"customer": {"external_id": "gavin", "name": "Gavin"}}

    answers = many(lambda number: api.post("/customers", customer))

    ids = {body["customer"]["lago_id"] for status, body in answers if status == 200}
    assert [status for status, _ in answers] == [200] * COPIES
    assert len(ids) == Customer.objects.count() == 1


def test_customers_made_at_once_have_numbers_without_a_gap(api):
    many(lambda number: api.post("/customers", {"customer": {"external_id": f"c{number}"}}))

    numbers = Customer.objects.order_by("sequential_id").values_list("sequential_id", flat=True)
    assert list(numbers) == list(range(1, COPIES + 1))


def test_an_organization_has_one_key_pair(api):
    keys = many(lambda number: signing_key(api.organization, at=AT).public_key, copies=4)

    assert len(set(keys)) == SigningKey.objects.count() == 1
