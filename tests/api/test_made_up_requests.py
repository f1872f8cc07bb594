"""Requests that `manage.py fuzz_api` has made up, and that were a fault of the server once."""

from typing import Any

import pytest

from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db
TELLING = ["timezone", "country", "currency", "email", "name"]


@pytest.mark.parametrize("member", TELLING)
@pytest.mark.parametrize("value", [{}, {"a": 1}, [1]])
def test_a_preview_refuses_a_customer_who_is_not_described_by_texts(
    api, member: str, value: Any
) -> None:
    PlanFactory(organization=api.organization, code="known")
    customer = {member: value}

    status, reply = api.post("/invoices/preview", {"plan_code": "known", "customer": customer})

    assert (status, reply["status"]) == (422, 422)


def test_a_preview_takes_the_customer_as_a_request_would_make_one(api) -> None:
    PlanFactory(organization=api.organization, code="known", pay_in_advance=True)
    customer = {"name": "Hooli", "shipping_address": {"country": "FR"}, "currency": "EUR"}

    status, reply = api.post("/invoices/preview", {"plan_code": "known", "customer": customer})

    assert (status, reply["invoice"]["currency"]) == (200, "EUR")
