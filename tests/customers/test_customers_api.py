"""Customers through the API."""

from __future__ import annotations

import pytest

from activity.models import JournalEntry, OutboxMessage
from customers.models import Customer
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import (
    AppliedCouponFactory,
    CustomerFactory,
    OrganizationFactory,
    SubscriptionFactory,
    TaxFactory,
    WalletFactory,
)

pytestmark = pytest.mark.django_db


def post(api, **members):
    return api.post("/customers", {"customer": {"external_id": "gavin", **members}})


def test_a_customer_is_created_and_shown_as_the_contract_says(api):
    TaxFactory(organization=api.organization, code="vat")
    note = {"key": "tier", "value": "gold", "display_in_invoice": True}

    status, body = post(
        api,
        name="Gavin",
        email="gavin@example.com, ann@example.com",
        country="fr",
        currency="EUR",
        timezone="Europe/Paris",
        net_payment_term=30,
        tax_codes=["vat"],
        metadata=[note],
        shipping_address={"city": "Paris"},
        billing_configuration={"document_locale": "fr", "invoice_grace_period": 0},
    )

    shown = body["customer"]
    assert status == 200
    assert missing("customer", shown) == surplus("customer", shown) == set()
    assert (shown["country"], shown["currency"], shown["sequential_id"]) == ("FR", "EUR", 1)
    assert shown["slug"] == f"{api.organization.document_number_prefix}-001"
    assert (shown["applicable_timezone"], shown["net_payment_term"]) == ("Europe/Paris", 30)
    assert [tax["code"] for tax in shown["taxes"]] == ["vat"]
    assert {name: shown["metadata"][0][name] for name in note} == note
    assert shown["shipping_address"]["city"] == "Paris"
    assert shown["billing_configuration"] == {
        "invoice_grace_period": 0,
        "payment_provider": None,
        "payment_provider_code": None,
        "document_locale": "fr",
        "subscription_invoice_issuing_date_anchor": None,
        "subscription_invoice_issuing_date_adjustment": None,
    }
    assert [message.kind for message in OutboxMessage.objects.all()] == ["customer.created"]
    assert api.get("/customers/gavin")[1] == body


def test_a_known_external_id_changes_only_what_is_named(api):
    post(api, name="Gavin", email="gavin@example.com", shipping_address={"city": "Paris"})

    status, body = post(api, name="Belson", email=None, shipping_address={"zipcode": "75001"})

    shown = body["customer"]
    assert (status, shown["name"], shown["email"]) == (200, "Belson", None)
    assert (shown["shipping_address"]["city"], shown["shipping_address"]["zipcode"]) == (
        "Paris",
        "75001",
    )
    assert Customer.objects.count() == 1
    entry = JournalEntry.objects.get(action="customer.updated")
    assert entry.after["name"] == "Belson"


@pytest.mark.parametrize(
    ("members", "errors"),
    [
        ({"external_id": " "}, {"external_id": ["value_is_mandatory"]}),
        ({"external_id": None}, {"external_id": ["value_is_mandatory"]}),
        ({"currency": "ZZZ"}, {"currency": ["value_is_invalid"]}),
        ({"country": "XX"}, {"country": ["not_a_valid_country_code"]}),
        ({"country": "France"}, {"country": ["not_a_valid_country_code"]}),
        ({"email": "gavin"}, {"email": ["invalid_email_format"]}),
        ({"email": "a@b.com,c"}, {"email": ["invalid_email_format"]}),
        ({"url": "gavin.com"}, {"url": ["url_is_invalid"]}),
        ({"timezone": "Mars/Olympus"}, {"timezone": ["invalid_timezone"]}),
        ({"name": "n" * 256}, {"name": ["value_is_too_long"]}),
        ({"net_payment_term": -1}, {"net_payment_term": ["value_is_out_of_range"]}),
        ({"net_payment_term": 2**40}, {"net_payment_term": ["value_is_out_of_range"]}),
        ({"customer_type": "robot"}, {"customer_type": ["value_is_invalid"]}),
        (
            {"finalize_zero_amount_invoice": "maybe"},
            {"finalize_zero_amount_invoice": ["invalid_value"]},
        ),
        (
            {"billing_configuration": {"document_locale": "tlh-x"}},
            {"document_locale": ["not_a_valid_language_code"]},
        ),
        (
            {"billing_configuration": {"payment_provider": "piggybank"}},
            {"payment_provider": ["value_is_invalid"]},
        ),
        (
            {"metadata": [{"key": f"k{n}", "value": "v"} for n in range(6)]},
            {"metadata": ["invalid_count"]},
        ),
        ({"metadata": [{"key": "k", "value": "v"}] * 2}, {"metadata": ["value_already_exist"]}),
        ({"metadata": [{"key": "k" * 21, "value": "v"}]}, {"metadata": ["value_is_too_long"]}),
        ({"metadata": [{"key": "k", "value": "v" * 101}]}, {"metadata": ["value_is_too_long"]}),
        (
            {"shipping_address": {"country": "XX"}},
            {"shipping_country": ["not_a_valid_country_code"]},
        ),
    ],
)
def test_a_wrong_customer_is_refused(api, members, errors):
    status, body = post(api, **members)

    assert (status, body["error_details"]) == (422, errors)
    assert Customer.objects.count() == 0
    api.organization.refresh_from_db()
    assert api.organization.last_customer_sequential_id == 0


def test_unknown_taxes_and_providers_are_not_found(api):
    assert post(api, tax_codes=["none"])[1]["code"] == "tax_not_found"
    configuration = {"payment_provider": "stripe", "payment_provider_code": "none"}
    _, body = post(api, billing_configuration=configuration)
    assert body["code"] == "payment_provider_not_found"
    assert Customer.objects.count() == 0


def test_metadata_are_matched_by_id_and_the_rest_goes(api):
    first, second = post(api, metadata=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])[1][
        "customer"
    ]["metadata"]

    swapped = [{"id": first["lago_id"], "key": "b", "value": "1"}, {"key": "c", "value": "3"}]
    shown = post(api, metadata=swapped)[1]["customer"]["metadata"]

    assert [(row["key"], row["value"]) for row in shown] == [("b", "1"), ("c", "3")]
    assert shown[0]["lago_id"] == first["lago_id"]
    assert second["lago_id"] not in {row["lago_id"] for row in shown}


def test_the_currency_is_free_until_something_is_assigned(api):
    post(api, currency="EUR")

    assert post(api, currency="USD")[1]["customer"]["currency"] == "USD"
    assert post(api, currency=None)[1]["customer"]["currency"] is None


@pytest.mark.parametrize("factory", [SubscriptionFactory, AppliedCouponFactory, WalletFactory])
def test_any_object_locks_the_currency(api, factory):
    post(api, currency="EUR", name="Gavin")
    factory(customer=Customer.objects.get())

    status, body = post(api, currency="USD", name="must not stick")

    assert (status, body["error_details"]) == (422, {"currency": ["currencies_does_not_match"]})
    customer = Customer.objects.get()
    assert (customer.currency, customer.name) == ("EUR", "Gavin")
    assert post(api, currency="EUR", name="renamed")[1]["customer"]["name"] == "renamed"
    assert post(api, currency=None)[0] == 422
    assert post(api, account_type="partner")[1]["error_details"] == {
        "account_type": ["value_is_locked"]
    }


def test_a_locked_customer_without_currency_may_be_given_one_once(api):
    post(api)
    SubscriptionFactory(customer=Customer.objects.get())

    assert post(api, currency="EUR")[1]["customer"]["currency"] == "EUR"
    assert post(api, currency="USD")[0] == 422


def test_a_number_is_never_given_twice(api):
    post(api, external_id="ann")
    post(api)
    assert api.delete("/customers/gavin")[0] == 200

    _, body = post(api)

    assert body["customer"]["sequential_id"] == 3


def test_a_deleted_customer_is_gone(api):
    post(api, name="Gavin")

    status, body = api.delete("/customers/gavin")

    assert (status, body["customer"]["name"]) == (200, "Gavin")
    not_found = {"status": 404, "error": "Not Found", "code": "customer_not_found"}
    assert api.get("/customers/gavin") == (404, not_found)
    assert api.delete("/customers/gavin") == (404, not_found)
    assert api.get("/customers/gavin/portal_url") == (404, not_found)
    assert api.get("/customers")[1]["customers"] == []
    assert len(api.get("/customers", with_deleted="true")[1]["customers"]) == 1


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"search_term": "ELSO"}, ["gavin"]),
        ({"search_term": "ann"}, ["ann.b"]),
        ({"external_id": "gavin"}, ["gavin"]),
        ({"currencies[]": ["EUR", "USD"]}, ["gavin"]),
        ({"countries[]": "FR"}, ["gavin"]),
        ({"account_type[]": "partner"}, ["ann.b"]),
        ({"has_tax_identification_number": "true"}, ["ann.b"]),
        ({"has_customer_type": "false"}, ["ann.b", "gavin"]),
        ({"metadata[tier]": "gold"}, ["gavin"]),
        ({"metadata[tier]": ""}, ["ann.b"]),
        ({"billing_entity_codes[]": "other"}, []),
        ({"billing_entity_codes[]": "default", "unknown": "1"}, ["ann.b", "gavin"]),
        ({"search_term": "null"}, ["ann.b", "gavin"]),
        ({"search_term": "\x00"}, ["ann.b", "gavin"]),
    ],
)
def test_the_list_is_narrowed_down(api, parameters, found):
    metadata = [{"key": "tier", "value": "gold"}]
    post(api, name="Belson", currency="EUR", country="FR", metadata=metadata)
    post(
        api,
        external_id="ann.b",
        account_type="partner",
        tax_identification_number="1",
    )
    CustomerFactory()

    _, body = api.get("/customers", **parameters)

    assert [customer["external_id"] for customer in body["customers"]] == found


def test_an_external_id_may_hold_dots_and_spaces(api):
    post(api, external_id="a.b c é")

    assert api.get("/customers/a.b c é")[1]["customer"]["external_id"] == "a.b c é"


def test_a_foreign_customer_is_not_found_and_its_id_is_free(api):
    post(api, name="Gavin")
    stranger = ApiClient(OrganizationFactory())

    assert stranger.get("/customers/gavin")[0] == 404
    assert stranger.delete("/customers/gavin")[0] == 404
    assert stranger.get("/customers/gavin/portal_url")[0] == 404
    assert post(stranger, name="Other")[0] == 200
    assert api.get("/customers/gavin")[1]["customer"]["name"] == "Gavin"


def test_the_portal_shows_the_customers_invoices_behind_a_signed_link(api):
    post(api, name="Gavin")

    url = api.get("/customers/gavin/portal_url")[1]["customer"]["portal_url"]

    assert url.startswith("http://testserver/portal/")
    page = api.client.get(url)
    assert page.status_code == 200
    assert "Gavin" in page.content.decode()
    assert api.client.get(url[:-2] + "xx").status_code == 404
    api.delete("/customers/gavin")
    assert api.client.get(url).status_code == 404


def test_the_list_takes_as_many_queries_for_many_as_for_few(api, django_assert_num_queries):
    for number in range(3):
        post(api, external_id=f"c{number}", metadata=[{"key": "k", "value": "v"}])

    with django_assert_num_queries(4):
        assert len(api.get("/customers")[1]["customers"]) == 3
