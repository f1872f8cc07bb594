"""Saved views: a list is found again under a name, as a plain address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError
from django.test import Client

from activity.models import JournalEntry
from organizations.models import SavedView
from tests.factories import AT, CouponFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/coupons/"


def saved(client: Any, name: str = "Forever", query: str = "type=percentage", **more: Any) -> Any:
    given = {"listing": "coupon-list", "query": query, "name": name, "next": f"{LIST}?{query}"}
    return client.post("/views/new/", given | more)


def the_view() -> SavedView:
    return SavedView.objects.get()


def colleague(of: Any, role: str = "finance") -> Client:
    client = Client()
    client.force_login(MembershipFactory(organization=of.organization, role=role).operator)
    return client


def shown(client: Any, address: str = LIST) -> str:
    return client.get(address).content.decode()


def test_a_list_as_it_comes_offers_nothing_to_save(signed_in):
    CouponFactory(organization=signed_in.organization)

    assert 'class="views"' not in shown(signed_in)
    assert 'class="views"' not in shown(signed_in, f"{LIST}?sort=-created&size=20&page=1")


def test_what_narrows_a_list_is_offered_to_be_saved_without_its_page(signed_in):
    page = shown(signed_in, f"{LIST}?type=percentage&page=2&q=a&foreign=1")

    query = urlencode({"q": "a", "type": "percentage"})
    assert urlencode({"listing": "coupon-list", "query": query}).replace("&", "&amp;") in page


def test_a_saved_view_stands_above_its_list_and_is_current(signed_in):
    answer = saved(signed_in)

    page = signed_in.get(answer["Location"]).content.decode()
    view = the_view()
    address = f"{LIST}?type=percentage&amp;view={view.pk}"
    assert (answer.status_code, answer["Location"]) == (303, f"{LIST}?type=percentage")
    assert (view.query, view.is_shared) == ("type=percentage", False)
    assert f'href="{address}" id="coupon-list-view-{view.pk}"' in page
    assert "/views/new/" not in page
    assert page.partition(f"view-{view.pk}")[2].partition(">")[0].endswith('aria-current="true"')
    assert JournalEntry.objects.get(action="saved_view.created").object_label == "Forever"


def test_a_view_changed_since_is_overwritten_or_saved_as_another(signed_in):
    saved(signed_in)
    view = the_view()
    changed = f"{LIST}?type=fixed_amount&view={view.pk}"

    page = shown(signed_in, changed)
    signed_in.post(f"/views/{view.pk}/overwrite/", {"query": "type=fixed_amount", "next": changed})

    assert "Save changes to Forever" in page
    assert "/views/new/" in page
    view.refresh_from_db()
    assert view.query == "type=fixed_amount"
    assert "Save changes" not in shown(signed_in, changed)


def test_a_view_is_renamed_shared_and_deleted(signed_in):
    saved(signed_in)
    view = the_view()

    signed_in.post(f"/views/{view.pk}/edit/", {"name": " Rare ", "is_shared": "on", "next": LIST})
    view.refresh_from_db()
    renamed = (view.name, view.is_shared)
    answer = signed_in.post(f"/views/{view.pk}/delete/", {"next": LIST})

    assert renamed == ("Rare", True)
    assert (answer["Location"], SavedView.objects.count()) == (LIST, 0)
    actions = JournalEntry.objects.filter(object_id=view.pk).order_by("pk")
    assert [entry.action for entry in actions] == [
        "saved_view.created", "saved_view.updated", "saved_view.deleted",
    ]  # fmt: skip


def test_each_question_is_a_page_of_its_own(signed_in):
    saved(signed_in)
    addresses = [
        "new/?listing=x&query=q%3D1",
        *(f"{the_view().pk}/{verb}/" for verb in ("edit", "delete")),
    ]

    pages = [signed_in.get(f"/views/{one}") for one in addresses]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [b'name="name"' in page.content for page in pages] == [True, True, False]


def test_a_private_view_is_nobody_elses(signed_in):
    saved(signed_in)
    other = colleague(signed_in, "owner")
    pk = the_view().pk

    found = [other.post(f"/views/{pk}/{verb}/").status_code for verb in ("overwrite", "delete")]

    assert "Forever" not in shown(other)
    assert (found, SavedView.objects.count()) == ([404, 404], 1)


def test_a_shared_view_is_seen_by_all_and_changed_by_its_owner_and_owners(signed_in):
    saved(colleague(signed_in), is_shared="on")
    viewer = colleague(signed_in, "viewer")
    pk = the_view().pk

    page = shown(viewer, f"{LIST}?type=percentage")
    refused = viewer.post(f"/views/{pk}/delete/")
    kept = SavedView.objects.count()
    allowed = signed_in.post(f"/views/{pk}/delete/")

    assert ("Forever" in page, f"/views/{pk}/delete/" in page) == (True, False)
    assert (refused.status_code, kept) == (409, 1)
    assert (allowed.status_code, SavedView.objects.count()) == (303, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": " "}, "required"),
        ({"name": "forever"}, "already"),
        ({"name": "x" * 61}, "60"),
    ],
)
def test_a_name_that_is_empty_taken_or_too_long_is_refused(signed_in, given, words):
    saved(signed_in)

    answer = saved(signed_in, **given)

    assert (answer.status_code, SavedView.objects.count()) == (422, 1)
    assert words in answer.content.decode()


def test_the_way_back_leads_nowhere_else(signed_in):
    answer = saved(signed_in, next="//evil.example/")

    assert answer["Location"] == "/"


def test_the_same_name_serves_two_lists_and_two_operators(signed_in):
    saved(signed_in)
    saved(signed_in, listing="plan-list")
    saved(colleague(signed_in))

    assert SavedView.objects.filter(name="Forever").count() == 3


def test_parameters_that_a_list_does_not_know_are_not_passed_on(signed_in):
    saved(signed_in, query="type=percentage&export=csv&next=x")

    page = shown(signed_in)

    assert f"{LIST}?type=percentage&amp;view={the_view().pk}" in page


def test_no_view_is_stored_without_a_name():
    membership = MembershipFactory()
    view = SavedView(
        organization=membership.organization,
        operator=membership.operator,
        listing="coupon-list",
        name="",
        created_at=AT,
        updated_at=AT,
    )

    with pytest.raises(IntegrityError):
        view.save()
