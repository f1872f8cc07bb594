"""Pages that adjust a line of a draft: what they show, what they do, what they refuse, who may."""

import pytest

from activity.actors import SYSTEM
from invoices.models import AdjustedFee, Fee
from organizations import clock
from tests.factories import MembershipFactory
from tests.invoices.given import a_customer, billed, sandbox
from workflows.finalize_invoice import finalize_invoice
from workflows.refresh_invoice import refresh_invoice

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(signed_in):
    customer = a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")
    return billed(customer, grace=30)


def usage(draft):
    return Fee.objects.get(invoice=draft, fee_type="charge")


def address(draft, verb="adjust"):
    return f"/invoices/{draft.pk}/fees/{usage(draft).pk}/{verb}/"


def told(page):
    return [(row["label"], row["amount"]) for row in page.context["effects"]]


def test_a_line_is_adjusted_as_it_was_shown_and_undone(signed_in, draft):
    blank = signed_in.get(address(draft))
    asked = signed_in.get(address(draft), {"units": "5", "unit_amount": "0.5"})
    sent = {"units": "5", "unit_amount": "0.5", **dict(asked.context["hidden"])}
    done = signed_in.post(address(draft), sent, follow=True)

    assert "hidden" not in blank.context
    assert "Set something: what the invoice then comes to is shown here" in blank.content.decode()
    assert told(asked) == [("The draft then comes to", "€15.00"), ("Calls: 5 units", "€2.50")]
    assert [str(message) for message in done.context["messages"]] == ["Calls is adjusted: €2.50."]
    page = done.content.decode()
    who = signed_in.membership.operator.email
    assert f"adjusted by {who}, was €3.00 for 3 units" in page
    assert "Fee adjusted" in page
    changed = [entry["changes"] for entry in done.context["history"] if entry["changes"]]
    assert ("Amount", "€3.00", "€2.50") in changed[0]
    question = signed_in.get(address(draft, "undo"))
    signed_in.post(address(draft, "undo"), dict(question.context["hidden"]))
    assert told(question) == [("The draft then comes to", "€15.60"), ("Calls: 3 units", "€3.00")]
    assert (usage(draft).amount_cents, AdjustedFee.objects.count()) == (300, 0)


def test_the_explanation_shows_what_was_worked_out_and_what_was_set(signed_in, draft):
    asked = signed_in.get(address(draft), {"units": "5"})
    signed_in.post(address(draft), {"units": "5", **dict(asked.context["hidden"])})

    page = signed_in.get(f"/invoices/{draft.pk}/fees/{usage(draft).pk}/")

    rows = [(row["label"], row.get("units"), row.get("amount")) for row in page.context["steps"]]
    assert rows == [
        ("Number of events", "3", None),
        ("Each unit", "3", "€3.00"),
        ("Worked out", "3", "€3.00"),
        ("Adjusted by hand", "5", None),
        ("Each unit", "5", "€5.00"),
    ]
    who = signed_in.membership.operator.email
    assert page.context["steps"][3]["detail"] == f"{who}, 10 Mar 2024"
    assert page.context["total"] == "€5.00"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"units": "-1"}, "greater than or equal to 0"),
        ({"units": "5"}, "do not say what this costs"),
        ({}, "Set the units, the unit price or the name."),
    ],
)
def test_what_cannot_be_set_is_refused_on_its_field(signed_in, draft, typed, words):
    charge = usage(draft).charge
    charge.charge_model, charge.properties = "percentage", {"rate": "5"}
    charge.save()

    page = signed_in.post(address(draft), typed)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not AdjustedFee.objects.exists()


def test_an_adjustment_on_other_usage_than_was_shown_is_shown_again(signed_in, draft):
    asked = signed_in.get(address(draft), {"unit_amount": "0.5"})
    fee = usage(draft)
    fee.charge.properties = {"amount": "2"}
    fee.charge.save()
    refresh_invoice(draft, **actor(signed_in))

    page = signed_in.post(address(draft), {"unit_amount": "0.5", **dict(asked.context["hidden"])})

    assert page.status_code == 422
    assert "Something has changed since this was shown." in page.content.decode()
    assert not AdjustedFee.objects.exists()


def actor(client):
    return {"actor": SYSTEM, "at": clock.now(client.organization)}


def test_a_final_invoice_offers_no_adjustment(signed_in, draft):
    may = signed_in.get(f"/invoices/{draft.pk}/").content.decode()
    finalize_invoice(draft, **actor(signed_in))
    final = signed_in.get(f"/invoices/{draft.pk}/").content.decode()

    assert "Adjust this line: Calls" in may
    assert "Adjust this line" not in final
    assert signed_in.get(address(draft)).status_code == 409


def test_viewers_see_no_button_and_may_not_adjust(signed_in, draft):
    MembershipFactory._meta.model.objects.update(role="viewer")

    page = signed_in.get(f"/invoices/{draft.pk}/").content.decode()

    assert "Adjust this line" not in page
    assert signed_in.get(address(draft)).status_code == 403
