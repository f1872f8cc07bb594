"""Pages that regenerate a voided invoice: what they show, what they do, what they refuse."""

import pytest

from activity.actors import SYSTEM
from invoices.models import Invoice
from tests.invoices.given import NOW, a_customer, billed, one_off, sandbox
from workflows.delete_customer import delete_customer
from workflows.void_invoice import void_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


@pytest.fixture
def voided(customer):
    return void_invoice(billed(customer), actor=SYSTEM, at=NOW)


def told(page):
    return [(row["label"], row["amount"]) for row in page.context["effects"]]


def entry(page):
    return next(one for one in page.context["actions"] if one["label"] == "Regenerate")


def test_a_voided_invoice_is_regenerated_as_it_was_shown(signed_in, voided):
    address = f"/invoices/{voided.pk}/regenerate/"
    plain = signed_in.get(address)
    names = {name: "" for name, _value in plain.context["chosen"]}
    changed = {**names, "line-1-units": "10"}
    asked = signed_in.get(address, changed)

    done = signed_in.post(address, {**changed, **dict(asked.context["hidden"])}, follow=True)

    assert told(plain)[0] == ("An invoice is issued", "€15.60")
    assert told(asked) == [
        ("An invoice is issued", "€24.00"),
        ("It takes the place of the voided invoice", "€15.60"),
    ]
    fresh = Invoice.objects.get(voided_invoice=voided)
    said = [str(message) for message in done.context["messages"]]
    assert said == [f"Invoice {fresh.number} takes the place of {voided.number}."]
    assert "was €3.00 for 3 units" in done.content.decode()
    assert f"{voided.number}</a>" in done.content.decode()
    old = signed_in.get(f"/invoices/{voided.pk}/")
    assert f"{fresh.number}</a>" in old.content.decode()
    assert entry(old)["reason"] == "It has been regenerated already."
    assert signed_in.get(address).status_code == 409


def test_a_change_that_cannot_be_is_refused_on_its_line(signed_in, voided):
    address = f"/invoices/{voided.pk}/regenerate/"
    names = {name: "" for name, _value in signed_in.get(address).context["chosen"]}

    page = signed_in.post(address, {**names, "line-0-units": "-1"})

    assert page.status_code == 422
    assert page.context["forms"][0].errors
    assert not Invoice.objects.filter(voided_invoice=voided).exists()


def test_the_reason_is_shown_where_it_is_not_possible(signed_in, customer):
    invoice = one_off(customer)
    final = signed_in.get(f"/invoices/{invoice.pk}/")
    void_invoice(invoice, actor=SYSTEM, at=NOW)
    may = signed_in.get(f"/invoices/{invoice.pk}/")
    delete_customer(customer, actor=SYSTEM, at=NOW)
    deleted = signed_in.get(f"/invoices/{invoice.pk}/")

    assert "Regenerate" not in [one["label"] for one in final.context["actions"]]
    assert entry(may)["reason"] == ""
    assert entry(deleted)["reason"] == "Its customer is deleted."
    assert signed_in.get(f"/invoices/{invoice.pk}/regenerate/").status_code == 409
