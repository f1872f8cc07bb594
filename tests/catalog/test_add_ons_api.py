"""Add-ons through the API."""

from __future__ import annotations

import pytest

from catalog.models import AddOn
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import AddOnFactory, OrganizationFactory, TaxFactory

pytestmark = pytest.mark.django_db
SETUP = {"name": "Setup", "code": "setup", "amount_cents": 4000, "amount_currency": "EUR"}


def test_an_add_on_is_created_with_its_taxes(api):
    TaxFactory(organization=api.organization, code="vat")

    status, body = api.post("/add_ons", {"add_on": {**SETUP, "tax_codes": ["vat"]}})

    shown = body["add_on"]
    assert status == 200
    assert missing("add_on", shown) == surplus("add_on", shown) == set()
    assert shown | SETUP == shown
    assert [tax["code"] for tax in shown["taxes"]] == ["vat"]
    assert missing("tax", shown["taxes"][0]) == {"applied_to_billing_entities_codes"}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"amount_cents": -1}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"amount_cents": None}, {"amount_cents": ["value_is_mandatory"]}),
        ({"amount_cents": 2**63}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"amount_cents": "12.7"}, {"amount_cents": ["value_is_invalid"]}),
        ({"amount_currency": "XYZ"}, {"amount_currency": ["value_is_invalid"]}),
        ({"amount_currency": ""}, {"amount_currency": ["value_is_mandatory"]}),
    ],
)
def test_a_wrong_add_on_is_refused(api, changes, errors):
    status, body = api.post("/add_ons", {"add_on": SETUP | changes})

    assert (status, body["error_details"]) == (422, errors)
    assert AddOn.objects.count() == 0


def test_an_unknown_tax_is_not_found_and_nothing_is_stored(api):
    status, body = api.post("/add_ons", {"add_on": {**SETUP, "tax_codes": ["none"]}})

    assert (status, body["code"]) == (404, "tax_not_found")
    assert AddOn.objects.count() == 0


def test_an_update_changes_what_it_names(api):
    AddOnFactory(organization=api.organization, code="setup", description="Old")

    _, body = api.put("/add_ons/setup", {"add_on": {"amount_cents": 5000}})

    assert (body["add_on"]["amount_cents"], body["add_on"]["description"]) == (5000, "Old")


def test_a_foreign_add_on_is_not_found(api):
    AddOnFactory(organization=api.organization, code="setup")
    stranger = ApiClient(OrganizationFactory())

    assert stranger.get("/add_ons/setup")[0] == 404
    assert stranger.put("/add_ons/setup", {"add_on": {"name": "x"}})[0] == 404
    assert stranger.delete("/add_ons/setup")[0] == 404
    assert AddOn.objects.kept().get().name == "Set-up"


def test_a_deleted_add_on_is_gone(api):
    AddOnFactory(organization=api.organization, code="setup")

    assert api.delete("/add_ons/setup")[0] == 200
    assert api.get("/add_ons/setup")[1]["code"] == "add_on_not_found"
