"""Taxes through the API."""

from __future__ import annotations

import pytest

from activity.models import JournalEntry
from catalog.models import Tax
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import CustomerFactory, OrganizationFactory, PlanFactory, TaxFactory

pytestmark = pytest.mark.django_db
VAT = {"name": "VAT", "code": "vat", "rate": 20.0, "description": "Standard"}


def test_a_tax_is_created_and_shown_as_the_contract_says(api):
    status, body = api.post("/taxes", {"tax": {**VAT, "unknown": 1}})

    shown = body["tax"]
    assert status == 200
    assert missing("tax", shown) == surplus("tax", shown) == set()
    assert shown | VAT == shown
    assert shown["applied_to_organization"] is False
    assert shown["applied_to_billing_entities_codes"] == []
    tax = Tax.objects.get()
    assert (str(tax.pk), tax.organization) == (shown["lago_id"], api.organization)
    entry = JournalEntry.objects.get(action="tax.created")
    assert (entry.actor_kind, entry.source, entry.after["code"]) == ("api_key", "api", "vat")


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({}, {name: ["value_is_mandatory"] for name in ("name", "code", "rate")}),
        ({**VAT, "rate": -1}, {"rate": ["value_is_out_of_range"]}),
        ({**VAT, "rate": "many"}, {"rate": ["value_is_invalid"]}),
        ({**VAT, "rate": 1e300}, {"rate": ["value_is_out_of_range"]}),
        ({**VAT, "code": " "}, {"code": ["value_is_mandatory"]}),
        ({**VAT, "code": "c" * 256}, {"code": ["value_is_too_long"]}),
        ({**VAT, "name": ["VAT"]}, {"name": ["value_is_invalid"]}),
    ],
)
def test_a_wrong_tax_is_refused(api, values, errors):
    status, body = api.post("/taxes", {"tax": values})

    assert (status, body["code"], body["error_details"]) == (422, "validation_errors", errors)
    assert Tax.objects.count() == 0
    assert JournalEntry.objects.filter(object_type="tax").count() == 0


def test_a_rate_may_be_text_or_a_number_and_stays_exact(api):
    for rate in ("19.6", 19.6):
        _, body = api.post("/taxes", {"tax": {**VAT, "code": f"vat {rate!r}", "rate": rate}})

        assert body["tax"]["rate"] == 19.6


def test_a_code_is_taken_while_its_tax_lives(api):
    api.post("/taxes", {"tax": VAT})

    status, body = api.post("/taxes", {"tax": VAT})

    assert (status, body["error_details"]) == (422, {"code": ["value_already_exist"]})
    assert api.delete("/taxes/vat")[0] == 200
    assert api.post("/taxes", {"tax": VAT})[0] == 200


def test_an_update_changes_what_it_names(api):
    tax = TaxFactory(organization=api.organization, code="vat", description="Old")

    status, body = api.put("/taxes/vat", {"tax": {"name": "VAT 20"}})

    assert (status, body["tax"]["name"]) == (200, "VAT 20")
    assert (body["tax"]["rate"], body["tax"]["description"]) == (20.0, "Old")
    entry = JournalEntry.objects.get(action="tax.updated")
    assert (entry.before, entry.after) == ({"name": "VAT"}, {"name": "VAT 20"})
    assert api.put("/taxes/vat", {"tax": {"description": None}})[1]["tax"]["description"] is None
    tax.refresh_from_db()
    assert tax.description is None


def test_a_refused_update_changes_nothing(api):
    tax = TaxFactory(organization=api.organization, code="vat")

    status, body = api.put("/taxes/vat", {"tax": {"name": "New", "rate": None}})

    assert (status, body["error_details"]) == (422, {"rate": ["value_is_mandatory"]})
    tax.refresh_from_db()
    assert (tax.name, tax.rate) == ("VAT", 20)


def test_a_deleted_tax_is_gone_from_everything_that_bore_it(api):
    tax = TaxFactory(organization=api.organization, code="vat")
    plan = PlanFactory(organization=api.organization)
    customer = CustomerFactory(organization=api.organization)
    plan.taxes.add(tax)
    customer.taxes.add(tax)

    status, body = api.delete("/taxes/vat")

    assert (status, body["tax"]["lago_id"]) == (200, str(tax.pk))
    assert api.get("/taxes/vat") == (
        404,
        {"status": 404, "error": "Not Found", "code": "tax_not_found"},
    )
    assert plan.taxes.count() == customer.taxes.count() == 0


def test_the_list_shows_ones_own_newest_first_in_pages(api):
    for code in ("one", "two", "three"):
        TaxFactory(organization=api.organization, code=code)
    TaxFactory()

    status, body = api.get("/taxes", per_page=2, page=1)

    assert status == 200
    assert [tax["code"] for tax in body["taxes"]] == ["three", "two"]
    assert body["meta"] == {
        "current_page": 1,
        "next_page": 2,
        "prev_page": None,
        "total_pages": 2,
        "total_count": 3,
    }
    assert [tax["code"] for tax in api.get("/taxes", per_page=2, page=2)[1]["taxes"]] == ["one"]
    assert api.get("/taxes", page="x", per_page=0)[1]["meta"]["total_pages"] == 1


def test_an_empty_list_is_page_0_of_0(api):
    assert api.get("/taxes")[1] == {
        "taxes": [],
        "meta": {
            "current_page": 0,
            "next_page": None,
            "prev_page": None,
            "total_pages": 0,
            "total_count": 0,
        },
    }


def test_a_foreign_tax_is_not_found(api):
    stranger = ApiClient(OrganizationFactory())
    tax = TaxFactory(organization=api.organization, code="vat")

    assert stranger.get("/taxes/vat")[0] == 404
    assert stranger.put("/taxes/vat", {"tax": {"name": "Mine"}})[0] == 404
    assert stranger.delete("/taxes/vat")[0] == 404
    tax.refresh_from_db()
    assert (tax.name, tax.deleted_at) == ("VAT", None)
