"""The pages of subscriptions: list, view, adding and changing a plan, editing, ending."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from customers.models import Customer
from invoices.models import CreditNote, Invoice
from subscriptions.models import Subscription
from tests.factories import (
    ChargeFactory,
    CustomerFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.subscriptions.pages import NOON, added, adding, plan, start, text

pytestmark = pytest.mark.django_db

# Adding a plan


def test_a_plan_is_added_with_what_was_asked(sandbox: Any, customer: Customer) -> None:
    customer.timezone = "America/New_York"
    customer.save()

    answer = added(
        sandbox, customer, plan(sandbox), external_id=" s-1 ", name="Main", billing_time="anniversary",
        subscription_at="2024-03-05T00:00", ending_at="2025-03-05T00:00", purchase_order_number="PO",
    )  # fmt: skip

    made = Subscription.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/customers/{customer.pk}/")
    assert (made.external_id, made.name, made.billing_time) == ("s-1", "Main", "anniversary")
    assert made.subscription_at == datetime(2024, 3, 5, 5, tzinfo=UTC)
    assert (made.ending_at, made.purchase_order_number) == (datetime(2025, 3, 5, 5, tzinfo=UTC), "PO")  # fmt: skip
    assert made.status == "active"


def test_an_external_id_is_made_and_shown_when_none_is_given(
    sandbox: Any, customer: Customer
) -> None:
    shown = adding(sandbox, customer, plan(sandbox))
    added(sandbox, customer, plan(sandbox))

    made = shown.context["form"]["external_id"].value()
    assert len(made) == 36
    assert f'value="{made}"' in text(shown)
    assert len(Subscription.objects.get().external_id) == 36


def test_a_preview_shows_the_bill_and_adds_nothing(sandbox: Any, customer: Customer) -> None:
    advance = plan(sandbox, amount_cents=3100, pay_in_advance=True)

    answer = adding(sandbox, customer, advance, name="Typed")

    assert answer.status_code == 200
    assert [(one["label"], one["amount"]) for one in answer.context["answer"]["effects"]] == [
        ("Customer Hooli changes", ""),
        ("A subscription begins on 11 Mar 2024", ""),
        ("An invoice is issued", "€21.00"),
    ]
    assert "Typed" in text(answer)
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"new_plan": ""}, "new_plan"),
        ({"new_plan": "00000000-0000-0000-0000-000000000000"}, "new_plan"),
        ({"billing_time": "never"}, "billing_time"),
        ({"ending_at": "2024-03-01T00:00"}, "ending_at"),
        ({"subscription_at": "soon"}, "subscription_at"),
        ({"external_id": "sub"}, "external_id"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    sandbox: Any, customer: Customer, sent: dict[str, str], field: str
) -> None:
    other = plan(sandbox, name="Other")
    start(customer, plan(sandbox))

    answer = adding(sandbox, customer, other, **sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Subscription.objects.count() == 1


def test_a_plan_of_a_stranger_is_not_offered(sandbox: Any, customer: Customer) -> None:
    answer = adding(sandbox, customer, PlanFactory())

    assert list(answer.context["form"].errors) == ["new_plan"]


# The list and the view


def test_the_list_finds_by_any_id(sandbox: Any, customer: Customer) -> None:
    SubscriptionFactory(customer=CustomerFactory(organization=sandbox.organization))
    found = SubscriptionFactory(customer=customer, external_id="xq-9")

    for term in ("xq", "Hooli", str(found.pk)):
        listing = sandbox.get("/subscriptions/", {"q": term}).context["listing"]
        assert [row.pk for row in listing.rows] == [found.pk]


def test_a_subscription_shows_when_it_is_billed_next(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox))

    answer = sandbox.get(f"/subscriptions/{made.pk}/")

    assert answer.context["dates"] == [date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)]
    assert [one["label"] for one in answer.context["actions"]] == [
        "Change plan", "Edit subscription", "End subscription",
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["terminated", "canceled"])
def test_what_has_ended_offers_nothing_more(sandbox: Any, customer: Customer, status: str) -> None:
    moments = {"terminated": {"terminated_at": NOON}, "canceled": {"canceled_at": NOON}}
    made = SubscriptionFactory(customer=customer, status=status, **moments[status])

    answer = sandbox.get(f"/subscriptions/{made.pk}/")
    refused = sandbox.get(f"/subscriptions/{made.pk}/end/")

    assert answer.status_code == 200
    assert answer.context["actions"] == []
    assert refused.status_code == 409


def test_a_stranger_finds_no_subscription(signed_in: Any) -> None:
    foreign = SubscriptionFactory()
    charge = ChargeFactory(plan=foreign.plan)
    paths = ["", "edit/", "change-plan/", "end/", "usage/", f"usage/{charge.pk}/", f"usage/{charge.pk}/explain/"]  # fmt: skip

    answers = [signed_in.get(f"/subscriptions/{foreign.pk}/{path}").status_code for path in paths]

    assert answers == [404] * len(paths)


# Changing and ending


def test_a_subscription_is_edited(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox), name="Old", purchase_order_number="PO")
    url = f"/subscriptions/{made.pk}/edit/"
    form = sandbox.get(url).context["form"]
    sent = {one.html_name: one.value() or "" for one in form}

    answer = sandbox.post(url, sent | {"name": "New", "purchase_order_number": ""})

    made.refresh_from_db()
    assert (answer.status_code, made.name, made.purchase_order_number) == (303, "New", None)
    assert "subscription_at" not in form.fields


def test_a_dearer_plan_replaces_the_present_one_at_once(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox, amount_cents=3100))
    dear = plan(sandbox, name="Dear", amount_cents=6200)
    url = f"/subscriptions/{made.pk}/change-plan/"

    asked = sandbox.post(url, {"new_plan": str(dear.pk)})
    assert Subscription.objects.count() == 1
    hidden = dict(asked.context["answer"]["hidden"])
    answer = sandbox.post(url, {"new_plan": str(dear.pk), **hidden})

    following = Subscription.objects.active().get()
    assert (answer.status_code, answer["Location"]) == (303, f"/subscriptions/{following.pk}/")
    assert (following.plan, following.previous_subscription_id) == (dear, made.pk)
    assert Invoice.objects.get().fees_amount_cents == 1000


def test_a_cheaper_plan_waits_for_the_end_of_the_period(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox, amount_cents=3100))
    cheap = plan(sandbox, name="Cheap", amount_cents=100)
    url = f"/subscriptions/{made.pk}/change-plan/"

    asked = sandbox.post(url, {"new_plan": str(cheap.pk)})
    sandbox.post(url, {"new_plan": str(cheap.pk), **dict(asked.context["answer"]["hidden"])})

    assert Subscription.objects.pending().get().plan == cheap
    assert not Invoice.objects.exists()
    assert "It changes to <b>Cheap</b>" in text(sandbox.get(f"/subscriptions/{made.pk}/"))


def test_a_change_of_plan_is_refused_with_the_difference_too(
    sandbox: Any, customer: Customer
) -> None:
    made = start(customer, plan(sandbox, amount_cents=3100))
    dear = plan(sandbox, name="Dear", amount_cents=6200, pay_in_advance=True)
    url, sent = f"/subscriptions/{made.pk}/change-plan/", {"new_plan": str(dear.pk)}
    shown = sandbox.post(url, sent | {"show": "1"})
    dear.amount_cents = 9300
    dear.save()

    answer = sandbox.post(url, sent | dict(shown.context["answer"]["hidden"]))

    # The old plan's 10 days, and 21 of 31 days of the new one ahead.
    said = answer.context["answer"]
    assert answer.status_code == 422
    assert [one["amount"] for one in said["gone"]] == ["€52.00"]
    assert [one["amount"] for one in said["added"]] == ["€73.00"]
    assert "No longer so:" in text(answer)
    assert Subscription.objects.get() == made
    assert not Invoice.objects.exists()


def test_an_end_in_advance_credits_as_chosen(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox, amount_cents=3100, pay_in_advance=True))
    url = f"/subscriptions/{made.pk}/end/"
    skipping = {"on_termination_credit_note": "skip", "on_termination_invoice": "generate"}

    asked = sandbox.get(url)
    chosen = sandbox.post(url, skipping | {"show": "1"})
    hidden = dict(chosen.context["hidden"])
    answer = sandbox.post(url, skipping | hidden | {"typed": "sub"})

    notes = [one for one in asked.context["effects"] if "credit note" in one["label"]]
    assert [one["amount"] for one in notes] == ["€20.00"]
    assert not [one for one in chosen.context["effects"] if "credit note" in one["label"]]
    assert answer.status_code == 303
    assert not CreditNote.objects.exists()
    made.refresh_from_db()
    assert (made.status, made.terminated_at) == ("terminated", NOON)


def test_the_wrong_word_or_another_choice_ends_nothing(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox, amount_cents=3100, pay_in_advance=True))
    url = f"/subscriptions/{made.pk}/end/"
    hidden = dict(sandbox.get(url).context["hidden"])

    mistyped = sandbox.post(url, hidden | {"typed": "other"})
    otherwise = sandbox.post(url, hidden | {"typed": "sub", "on_termination_credit_note": "skip"})

    assert (mistyped.status_code, otherwise.status_code) == (422, 422)
    assert "Something has changed since this was shown." in text(otherwise)
    assert Subscription.objects.get().is_active


def test_one_that_waits_is_canceled_without_typing(sandbox: Any, customer: Customer) -> None:
    made = start(customer, plan(sandbox), subscription_at=NOON + timedelta(days=30))
    url = f"/subscriptions/{made.pk}/end/"

    answer = sandbox.post(url, dict(sandbox.get(url).context["hidden"]))

    made.refresh_from_db()
    assert (answer.status_code, made.status) == (303, "canceled")
