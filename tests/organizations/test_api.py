"""The organization through the API."""

from __future__ import annotations

import pytest

from activity.models import JournalEntry
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import OrganizationFactory, TaxFactory

pytestmark = pytest.mark.django_db


def put(api, **members):
    return api.put("/organizations", {"organization": members})


def test_the_organization_of_the_key_is_shown(api):
    TaxFactory(organization=api.organization, code="vat", applied_to_organization=True)
    TaxFactory(organization=api.organization)

    status, body = api.get("/organizations")

    shown = body["organization"]
    assert status == 200
    assert missing("organization", shown) == surplus("organization", shown) == set()
    assert shown["lago_id"] == str(api.organization.pk)
    assert [tax["code"] for tax in shown["taxes"]] == ["vat"]


def test_settings_change_and_absent_ones_stay(api):
    put(api, legal_name="Gavin SAS", country="fr")

    status, body = put(
        api,
        legal_number="4242",
        document_number_prefix="abc",
        billing_configuration={"invoice_grace_period": 3, "document_locale": "fr"},
    )

    shown = body["organization"]
    assert (status, shown["legal_number"], shown["legal_name"]) == (200, "4242", "Gavin SAS")
    assert (shown["country"], shown["document_number_prefix"]) == ("FR", "ABC")
    assert shown["billing_configuration"] == {
        "invoice_footer": None,
        "invoice_grace_period": 3,
        "document_locale": "fr",
    }
    assert api.get("/organizations")[1] == body
    assert JournalEntry.objects.filter(action="organization.updated").count() == 2


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"timezone": "Mars"}, {"timezone": ["invalid_timezone"]}),
        ({"default_currency": "ZZZ"}, {"default_currency": ["value_is_invalid"]}),
        ({"email": "nobody"}, {"email": ["invalid_email_format"]}),
        ({"country": "XX"}, {"country": ["not_a_valid_country_code"]}),
        ({"net_payment_term": -1}, {"net_payment_term": ["value_is_out_of_range"]}),
        ({"document_numbering": "random"}, {"document_numbering": ["value_is_invalid"]}),
        ({"document_number_prefix": "x" * 11}, {"document_number_prefix": ["value_is_too_long"]}),
        ({"document_number_prefix": ""}, {"document_number_prefix": ["value_is_mandatory"]}),
        ({"email_settings": ["spam"]}, {"email_settings": ["value_is_invalid"]}),
    ],
)
def test_wrong_settings_are_refused(api, members, errors):
    status, body = put(api, legal_name="must not stick", **members)

    assert (status, body["error_details"]) == (422, errors)
    assert api.get("/organizations")[1]["organization"]["legal_name"] is None


def test_a_key_changes_its_own_organization_only(api):
    stranger = ApiClient(OrganizationFactory())

    put(stranger, legal_name="Stranger")

    assert api.get("/organizations")[1]["organization"]["legal_name"] is None


def test_the_billing_entity_is_the_organization(api):
    assert api.get("/billing_entities")[1]["billing_entities"][0]["code"] == "default"

    changes = {
        "name": "Gavin SAS",
        "document_numbering": "per_billing_entity",
        "billing_configuration": {"subscription_invoice_issuing_date_anchor": "current_period_end"},
    }
    status, body = api.put("/billing_entities/default", {"billing_entity": changes})

    shown = body["billing_entity"]
    assert (status, shown["name"], shown["taxes"]) == (200, "Gavin SAS", [])
    assert shown["document_numbering"] == "per_billing_entity"
    assert shown["subscription_invoice_issuing_date_anchor"] == "current_period_end"
    assert api.get("/billing_entities/default")[1] == body
    api.organization.refresh_from_db()
    assert api.organization.document_numbering == "per_organization"


def test_there_is_no_other_billing_entity(api):
    assert api.get("/billing_entities/other")[1]["code"] == "billing_entity_not_found"
    status, body = api.post("/billing_entities", {"billing_entity": {"code": "b", "name": "B"}})
    assert (status, body["code"]) == (403, "feature_unavailable")
