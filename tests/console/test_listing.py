"""Lists: everything that shapes one is in its address."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory

from console.exports import csv_answer
from console.listing import Column, Filter, Listing
from coupons.models import Coupon
from tests.factories import CouponFactory, OrganizationFactory

COLUMNS = [
    Column("name", "Name", order=("name",)),
    Column("amount", "Amount", order=("amount_cents",), is_number=True),
    Column("menu", "Actions", is_hidden=True),
]
STATUS = Filter(
    "frequency", "Frequency", [("once", "Once"), ("forever", "Forever")],
    lambda rows, value: rows.filter(frequency=value),
)  # fmt: skip


def listed(query: str = "", **options: Any) -> Listing:
    request = RequestFactory().get(f"/coupons/?{query}")
    given = {"columns": COLUMNS, "default": "name", "name": "coupon-list", "filters": [STATUS]}
    search = lambda rows, term: rows.filter(name__icontains=term)  # noqa: E731
    return Listing(request, Coupon.objects.all(), **{**given, "search": search, **options})


@pytest.fixture
def coupons(db: None) -> None:
    organization = OrganizationFactory()
    for name, cents, frequency in [("b", 100, "once"), ("a", 300, "forever"), ("c", 200, "once")]:
        CouponFactory(organization=organization, name=name, amount_cents=cents, frequency=frequency)


def names(listing: Listing) -> list[str]:
    return [row.name for row in listing.rows]


def test_a_list_is_sorted_by_its_default(coupons: None) -> None:
    assert names(listed()) == ["a", "b", "c"]
    assert names(listed(default="-amount")) == ["a", "c", "b"]


def test_the_address_sorts_up_and_down(coupons: None) -> None:
    assert names(listed("sort=amount")) == ["b", "c", "a"]
    assert names(listed("sort=-amount")) == ["a", "c", "b"]


@pytest.mark.parametrize("sort", ["menu", "organization__hmac_key", "-", "--name", "?"])
def test_a_sort_that_is_not_offered_is_the_default(coupons: None, sort: str) -> None:
    assert names(listed(f"sort={sort}")) == ["a", "b", "c"]


def test_heads_say_the_order_and_offer_the_other_one() -> None:
    name, amount, menu = listed("sort=name&page=3").heads

    assert (name.direction, name.url) == ("ascending", "/coupons/?sort=-name")
    assert (amount.direction, amount.url) == ("", "/coupons/?sort=-amount")
    assert (menu.url, menu.is_hidden) == ("", True)


def test_search_finds_from_one_character(coupons: None) -> None:
    listing = listed("q=%20B%20")

    assert names(listing) == ["b"]
    assert listing.total == 1
    assert [(chip.label, chip.value, chip.url) for chip in listing.chips] == [
        ("Search", "B", "/coupons/")
    ]


def test_a_filter_narrows_and_its_chip_removes_it(coupons: None) -> None:
    listing = listed("frequency=once&q=c&size=50&page=2")

    assert names(listing) == ["c"]
    assert [chip.url for chip in listing.chips] == [
        "/coupons/?frequency=once&size=50",
        "/coupons/?q=c&size=50",
    ]
    assert listing.cleared_url == "/coupons/?size=50"
    assert listing.hidden == [("size", "50")]


def test_a_value_that_a_filter_does_not_offer_is_ignored(coupons: None) -> None:
    listing = listed("frequency=%27%3B--")

    assert (names(listing), listing.chips) == (["a", "b", "c"], [])


def test_a_page_that_does_not_exist_is_the_nearest(coupons: None) -> None:
    assert names(listed("page=99")) == ["a", "b", "c"]
    assert names(listed("page=x")) == ["a", "b", "c"]
    assert listed("size=7").size == 20


def test_pages_and_sizes_keep_the_rest_of_the_address(db: None) -> None:
    organization = OrganizationFactory()
    CouponFactory.create_batch(45, organization=organization)
    listing = listed("q=coupon&page=2")

    assert [(label, current) for label, _, current in listing.pages] == [
        ("1", False), ("2", True), ("3", False),
    ]  # fmt: skip
    assert listing.previous_url == "/coupons/?q=coupon&page=1"
    assert listing.next_url == "/coupons/?q=coupon&page=3"
    assert [url for _, url, _ in listing.sizes][1] == "/coupons/?q=coupon&size=50"


def test_a_list_costs_two_queries(coupons: None, django_assert_num_queries: Any) -> None:
    listing = listed("q=a&frequency=forever")

    with django_assert_num_queries(2):
        assert (len(listing.rows), listing.total, len(listing.pages)) == (1, 1, 1)


def test_two_lists_of_a_page_are_told_apart_by_a_prefix(coupons: None) -> None:
    listing = listed("x-q=a&q=b", prefix="x-")

    assert names(listing) == ["a"]
    assert listing.cleared_url == "/coupons/?q=b"


def test_only_a_list_that_can_is_exported() -> None:
    assert listed("export=csv", can_export=True).wants_export
    assert not listed("export=csv").wants_export


def test_a_file_runs_no_formula() -> None:
    response = csv_answer("coupons", ["Name", "Cents"], [("=1+1", -5), ("a,b", None)])

    assert b"".join(response).decode("utf-8-sig") == 'Name,Cents\r\n\'=1+1,-5\r\n"a,b",\r\n'
    assert response["Content-Disposition"] == 'attachment; filename="coupons.csv"'


LISTS = (
    "customers subscriptions invoices payments credit-notes metrics plans add-ons coupons taxes"
    " developers/deliveries"
).split()


@pytest.mark.parametrize("name", LISTS)
def test_each_list_of_the_menu_is_a_file_with_a_head(signed_in: Any, name: str) -> None:
    answer = signed_in.get(f"/{name}/?export=csv")

    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert (answer["Content-Type"], len(lines)) == ("text/csv; charset=utf-8", 1)


@pytest.mark.parametrize("address", ["/customers/", "/developers/events/", "/search/"])
def test_what_no_text_can_hold_finds_nothing(signed_in: Any, address: str) -> None:
    assert signed_in.get(address, {"q": "a\0b"}).status_code == 200
