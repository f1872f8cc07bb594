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
