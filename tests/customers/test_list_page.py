"""The list of customers in the console."""

from __future__ import annotations

from typing import Any

import pytest

from tests.customers.pages import NOON, customer_in, text
from tests.factories import (
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db


def test_the_list_shows_names_ids_and_what_is_due(signed_in: Any) -> None:
    customer_in(signed_in, name="Globex", external_id="glx", currency="EUR")

    page = text(signed_in.get("/customers/"))

    assert "Globex" in page
    assert "glx" in page
    assert "Add a customer" in page


@pytest.mark.parametrize(
    "term", ["o", "OLIO", "oli-7", "ann@", "Kern", "DE81", "sub-9", "+49", "ORG-77"]
)
def test_one_letter_of_any_id_or_name_finds_a_customer(signed_in: Any, term: str) -> None:
    found = customer_in(
        signed_in, name="Olio", external_id="oli-7", email="ann@example.com", lastname="Kern",
        tax_identification_number="DE811", phone="+49 30", slug="ORG-77",
    )  # fmt: skip
    SubscriptionFactory(customer=found, external_id="sub-9")
    customer_in(signed_in, name="Xyz", external_id="x", slug="X-1")

    listing = signed_in.get("/customers/", {"q": term}).context["listing"]

    assert [row.pk for row in listing.rows] == [found.pk]


def test_a_customer_is_found_by_its_uuid(signed_in: Any) -> None:
    found = customer_in(signed_in)
    customer_in(signed_in)

    listing = signed_in.get("/customers/", {"q": str(found.pk)}).context["listing"]

    assert [row.pk for row in listing.rows] == [found.pk]


def test_deleted_customers_are_listed_only_by_their_filter(signed_in: Any) -> None:
    customer_in(signed_in, external_id="here")
    customer_in(signed_in, external_id="gone", deleted_at=NOON)

    def ids(**query: str) -> list[str]:
        listing = signed_in.get("/customers/", query).context["listing"]
        return [row.external_id for row in listing.rows]

    assert ids() == ["here"]
    assert ids(status="deleted") == ["gone"]
    assert ids(status="active") == []


def test_the_list_is_sorted_by_what_the_address_says(signed_in: Any) -> None:
    for name in ("Beta", "Alpha", "Gamma"):
        customer_in(signed_in, name=name)

    up = signed_in.get("/customers/", {"sort": "name"}).context["listing"].rows
    down = signed_in.get("/customers/", {"sort": "-name"}).context["listing"].rows

    assert [row.name for row in up] == ["Alpha", "Beta", "Gamma"]
    assert [row.name for row in down] == ["Gamma", "Beta", "Alpha"]


def test_empty_lists_say_why(signed_in: Any) -> None:
    none_yet = text(signed_in.get("/customers/"))
    customer_in(signed_in)
    no_match = text(signed_in.get("/customers/", {"q": "zzz"}))

    assert "No customers yet" in none_yet
    assert "Nothing matches" in no_match
    assert "No customers yet" not in no_match


def test_the_list_is_exported_as_it_is_narrowed(signed_in: Any) -> None:
    customer_in(signed_in, external_id="a", name="Alpha")
    customer_in(signed_in, external_id="b", name="Beta")

    answer = signed_in.get("/customers/", {"q": "alp", "export": "csv"})

    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["external_id", "a"]
