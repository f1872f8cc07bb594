"""The form of a customer in the console."""

from __future__ import annotations

from typing import Any

import pytest

from activity.models import JournalEntry
from customers.models import Customer
from payments.models import CustomerProvider, PaymentProvider
from tests.customers.pages import BLANK, NOON, customer_in, fields_of, text
from tests.factories import (
    AppliedCouponFactory,
    SubscriptionFactory,
    TaxFactory,
    WalletFactory,
)

pytestmark = pytest.mark.django_db


def test_a_customer_is_created_with_every_field(sandbox: Any) -> None:
    TaxFactory(organization=sandbox.organization, code="vat")
    PaymentProvider.objects.create(
        organization=sandbox.organization, kind="manual", name="Bank", code="bank",
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    sent = BLANK | {
        "firstname": "Gavin", "lastname": "Belson", "customer_type": "company",
        "timezone": "Europe/Berlin", "legal_name": "Hooli Inc.", "legal_number": "HRB 1",
        "tax_identification_number": "DE1", "email": "a@hooli.example, b@hooli.example",
        "phone": "1", "url": "https://hooli.example", "currency": "EUR",
        "address_line1": "1 Road", "address_line2": "Floor 2", "zipcode": "10115",
        "city": "Berlin", "state": "BE", "country": "DE",
        "net_payment_term": "30", "invoice_grace_period": "3", "document_locale": "de",
        "tax_codes": ["vat"], "payment_provider_code": "bank", "provider_customer_id": "c-1",
        "metadata-TOTAL_FORMS": "1", "metadata-0-key": "segment",
        "metadata-0-value": "big", "metadata-0-display_in_invoice": "on",
    }  # fmt: skip

    answer = sandbox.post("/customers/new/", sent, follow=True)

    made = Customer.objects.get()
    assert answer.redirect_chain == [(f"/customers/{made.pk}/", 303)]
    assert "Customer Hooli is created." in text(answer)
    assert (made.timezone, made.currency, made.country) == ("Europe/Berlin", "EUR", "DE")
    assert (made.shipping_city, made.shipping_country) == ("Berlin", "DE")
    assert (made.net_payment_term, made.invoice_grace_period) == (30, 3)
    assert [tax.code for tax in made.taxes.all()] == ["vat"]
    assert CustomerProvider.objects.get().provider_customer_id == "c-1"
    [note] = made.metadata.all()
    assert (note.key, note.value, note.display_in_invoice) == ("segment", "big", True)
    assert made.created_at == NOON


def test_name_and_external_id_are_required(signed_in: Any) -> None:
    answer = signed_in.post("/customers/new/", BLANK | {"name": "", "external_id": " "})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"name", "external_id"}
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("external_id", "taken", "Another customer has this external ID."),
        ("email", "nobody", "Write an e-mail address"),
        ("url", "hooli", "Write a full address"),
        ("net_payment_term", "ten", "Write a whole number"),
        ("net_payment_term", "-1", "greater than or equal to 0"),
        ("invoice_grace_period", "3651", "less than or equal to 3650"),
        ("currency", "XXQ", "Select a valid choice"),
        ("timezone", "Mars/Olympus", "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    signed_in: Any, field: str, value: str, said: str
) -> None:
    customer_in(signed_in, external_id="taken")
    sent = BLANK | {"legal_name": "Typed Inc.", "metadata-TOTAL_FORMS": "1", "metadata-0-key": "k", "metadata-0-value": "typed too"}  # fmt: skip

    answer = signed_in.post("/customers/new/", sent | {field: value})

    assert answer.status_code == 422
    assert said in answer.context["form"].errors[field][0]
    assert "Typed Inc." in text(answer)
    assert "typed too" in text(answer)
    assert Customer.objects.count() == 1


def test_two_notes_with_one_key_are_refused(signed_in: Any) -> None:
    notes = {"metadata-TOTAL_FORMS": "2", "metadata-0-key": "k", "metadata-0-value": "1", "metadata-1-key": "k", "metadata-1-value": "2"}  # fmt: skip

    answer = signed_in.post("/customers/new/", BLANK | notes)

    assert answer.status_code == 422
    assert "Two notes have the same key." in text(answer)
    assert not Customer.objects.exists()


def test_a_row_is_added_without_javascript(signed_in: Any) -> None:
    answer = signed_in.post("/customers/new/", BLANK | {"add-row": "metadata"})

    assert answer.status_code == 200
    assert "metadata-0-key" in text(answer)
    assert not Customer.objects.exists()


def test_an_empty_zone_says_what_it_inherits(sandbox: Any) -> None:
    page = text(sandbox.get("/customers/new/"))

    assert "As the organization: America/New_York (UTC−04:00)" in page
    assert "Europe/Berlin (UTC+01:00)" in page


def test_a_customer_is_edited(sandbox: Any) -> None:
    customer = customer_in(sandbox, external_id="hooli", name="Old", email="a@b.example")
    sent = fields_of(sandbox.get(f"/customers/{customer.pk}/edit/"))

    answer = sandbox.post(f"/customers/{customer.pk}/edit/", sent | {"name": "New", "email": ""})

    customer.refresh_from_db()
    assert (answer.status_code, customer.name, customer.email) == (303, "New", None)
    entry = JournalEntry.objects.get(action="customer.updated")
    assert entry.after == {"name": "New", "email": None}


@pytest.mark.parametrize(
    ("factory", "words", "tab"),
    [
        (SubscriptionFactory, "1 subscription", "overview"),
        (AppliedCouponFactory, "1 coupon", "coupons"),
        (WalletFactory, "1 wallet", "wallets"),
    ],
)
def test_any_object_locks_external_id_and_currency_and_says_why(
    signed_in: Any, factory: Any, words: str, tab: str
) -> None:
    customer = customer_in(signed_in, external_id="hooli", currency="EUR")
    factory(customer=customer)

    answer = signed_in.get(f"/customers/{customer.pk}/edit/")

    assert set(answer.context["form"].locked) == {"external_id", "account_type", "currency"}
    assert f'Locked by <a href="/customers/{customer.pk}/{tab}/">{words}</a>.' in text(answer)


@pytest.mark.parametrize(
    ("field", "value"),
    [("external_id", "other"), ("currency", "USD"), ("account_type", "partner")],
)
def test_a_forged_change_of_what_is_locked_is_refused(
    signed_in: Any, field: str, value: str
) -> None:
    customer = customer_in(signed_in, external_id="hooli", currency="EUR", name="Old")
    SubscriptionFactory(customer=customer)
    sent = fields_of(signed_in.get(f"/customers/{customer.pk}/edit/"))

    answer = signed_in.post(f"/customers/{customer.pk}/edit/", sent | {"name": "New", field: value})

    before = Customer.objects.get()
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == ["This cannot be changed any more."]
    assert (before.external_id, before.currency, before.name) == ("hooli", "EUR", "Old")


def test_a_locked_customer_without_a_currency_may_be_given_one(signed_in: Any) -> None:
    customer = customer_in(signed_in, external_id="hooli")
    AppliedCouponFactory(customer=customer)
    sent = fields_of(signed_in.get(f"/customers/{customer.pk}/edit/"))

    answer = signed_in.post(f"/customers/{customer.pk}/edit/", sent | {"currency": "USD"})

    customer.refresh_from_db()
    assert (answer.status_code, customer.currency) == (303, "USD")


def test_the_second_of_two_editors_sees_the_difference(signed_in: Any) -> None:
    customer = customer_in(signed_in, external_id="hooli", name="Old")
    first = fields_of(signed_in.get(f"/customers/{customer.pk}/edit/"))
    Customer.objects.filter(pk=customer.pk).update(name="Theirs")

    refused = signed_in.post(f"/customers/{customer.pk}/edit/", first | {"name": "Mine"})
    sent = fields_of(refused) | {"name": "Mine"}
    overwritten = signed_in.post(f"/customers/{customer.pk}/edit/", sent)

    assert refused.status_code == 422
    assert "Somebody else has changed this to Theirs." in refused.context["form"].errors["name"][0]
    assert 'value="Mine"' in text(refused)
    assert overwritten.status_code == 303
    assert Customer.objects.get().name == "Mine"


def test_a_new_customer_begins_with_the_values_of_a_deleted_one(sandbox: Any) -> None:
    gone = customer_in(sandbox, external_id="hooli", name="Hooli", email="a@b.example", deleted_at=NOON)  # fmt: skip
    sent = fields_of(sandbox.get("/customers/new/", {"from": str(gone.pk)}))

    answer = sandbox.post(f"/customers/new/?from={gone.pk}", sent)

    made = Customer.objects.kept().get()
    assert answer.status_code == 303
    assert (made.external_id, made.email, made.sequential_id) == ("hooli", "a@b.example", 1)
