"""The deletion of a customer in the console."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from catalog.models import Plan
from customers.models import Customer
from customers.reads.deletion import sections
from invoices.models import Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.customers.pages import NOON, customer_in, text
from tests.factories import (
    AppliedCouponFactory,
    PlanFactory,
)
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(sandbox: Any) -> Customer:
    customer = customer_in(sandbox, external_id="hooli", name="Hooli", currency="EUR")
    plan = PlanFactory(organization=sandbox.organization, amount_cents=3100)
    asked = NewSubscription(external_id="sub", plan=plan)
    start_subscription(customer, asked=asked, actor=COMMAND, at=NOON - timedelta(days=10))
    return customer


def sealed(client: Any, customer: Customer) -> str:
    return str(client.get(f"/customers/{customer.pk}/delete/").context["sealed"])


def test_the_deletion_plan_lists_documents_and_what_ends(sandbox: Any, busy: Customer) -> None:
    answer = sandbox.get(f"/customers/{busy.pk}/delete/")

    [invoice] = answer.context["issued"]
    assert invoice["total"] == "€11.00"
    assert [line["name"] for line in invoice["lines"]] == ["Plan"]
    assert [one["detail"] for one in answer.context["endings"]] == ["Plan · sub"]
    assert "Type hooli to confirm" in text(answer)
    assert not Customer.objects.get().is_deleted


def test_a_deletion_does_what_was_shown_and_leaves_a_receipt(sandbox: Any, busy: Customer) -> None:
    sent = {"sealed": sealed(sandbox, busy), "typed": "hooli", "reason": "They left"}

    answer = sandbox.post(f"/customers/{busy.pk}/delete/", sent, follow=True)

    busy.refresh_from_db()
    assert busy.deleted_at == NOON
    page = text(answer)
    assert "Deleted customer" in page
    assert "They left" in page
    assert [line["title"] for line in answer.context["receipt"]["lines"]] == [
        "Subscription sub ended", f"Invoice {Invoice.objects.get().number} issued",
    ]  # fmt: skip
    assert f"/customers/new/?from={busy.pk}" in page
    assert answer.context["actions"] == []


def test_a_draft_that_the_deletion_makes_and_finalizes_is_one_line_of_the_receipt(
    sandbox: Any, busy: Customer
) -> None:
    Customer.objects.update(invoice_grace_period=3)
    sent = {"sealed": sealed(sandbox, busy), "typed": "hooli"}

    answer = sandbox.post(f"/customers/{busy.pk}/delete/", sent, follow=True)

    drafted = JournalEntry.objects.filter(action="invoice.drafted").count()
    titles = [line["title"] for line in answer.context["receipt"]["lines"]]
    assert drafted == 1
    assert titles == ["Subscription sub ended", f"Invoice {Invoice.objects.get().number} issued"]


def test_usage_that_changes_no_total_is_not_shown_as_two_equal_lines(
    sandbox: Any, busy: Customer
) -> None:
    seal = sealed(sandbox, busy)
    Subscription.objects.update(name="Renamed")
    Plan.objects.update(name="Renamed")

    answer = sandbox.post(f"/customers/{busy.pk}/delete/", {"sealed": seal, "typed": "hooli"})

    invoices = [one for one in answer.context["gone"] if one["label"] == "An invoice is issued"]
    assert answer.status_code == 422
    assert invoices == []
    assert "read it, and confirm again" in text(answer)


def test_a_period_ends_on_the_day_that_its_invoice_says(busy: Customer) -> None:
    line = {
        "name": "Plan", "part": "", "group": {}, "units": "1", "amount_cents": 3100,
        "start_at": "2024-02-01T00:00:00-05:00", "end_at": "2024-03-01T00:00:00-05:00",
    }  # fmt: skip
    effect = {
        "kind": "invoice", "is_new": True, "status": "finalized", "currency": "EUR", "lines": [line],
        "issuing_date": "2024-03-01", "total_amount_cents": 3100, "fees_amount_cents": 3100, "taxes": [],
    } | dict.fromkeys(
        (f"{name}_amount_cents" for name in ("progressive_billing_credit", "coupons", "credit_notes", "prepaid_credit")), 0
    )  # fmt: skip

    [invoice] = sections([effect], busy)["issued"]

    assert [line["detail"] for line in invoice["lines"]] == ["1 Feb 2024 – 29 Feb 2024"]


@pytest.mark.parametrize("typed", ["", "Hooli", "hool"])
def test_the_wrong_word_deletes_nothing(sandbox: Any, busy: Customer, typed: str) -> None:
    sent = {"sealed": sealed(sandbox, busy), "typed": typed}

    answer = sandbox.post(f"/customers/{busy.pk}/delete/", sent)

    assert answer.status_code == 422
    assert "This is not the external ID." in text(answer)
    assert Subscription.objects.get().is_active


def test_a_customer_with_nothing_active_is_deleted_without_typing(sandbox: Any) -> None:
    customer = customer_in(sandbox)

    answer = sandbox.post(
        f"/customers/{customer.pk}/delete/", {"sealed": sealed(sandbox, customer)}
    )

    assert answer.status_code == 303
    assert Customer.objects.get().is_deleted


def test_a_change_in_between_is_shown_and_nothing_is_deleted(sandbox: Any, busy: Customer) -> None:
    seal = sealed(sandbox, busy)
    AppliedCouponFactory(customer=busy, coupon__name="Late")

    answer = sandbox.post(
        f"/customers/{busy.pk}/delete/", {"sealed": seal, "typed": "hooli", "reason": "kept"}
    )

    assert answer.status_code == 422
    assert "Coupon Late ends" in [one["label"] for one in answer.context["added"]]
    assert "kept" in text(answer)
    assert Subscription.objects.get().is_active
    again = {"sealed": answer.context["sealed"], "typed": "hooli"}
    assert sandbox.post(f"/customers/{busy.pk}/delete/", again).status_code == 303


@pytest.mark.parametrize("seal", ["", "forged"])
def test_without_a_plan_nothing_is_deleted(sandbox: Any, busy: Customer, seal: str) -> None:
    answer = sandbox.post(f"/customers/{busy.pk}/delete/", {"sealed": seal, "typed": "hooli"})

    assert answer.status_code == 422
    assert not Customer.objects.get().is_deleted


def test_of_two_operators_who_delete_one_is_told(sandbox: Any, busy: Customer) -> None:
    sent = {"sealed": sealed(sandbox, busy), "typed": "hooli"}
    sandbox.post(f"/customers/{busy.pk}/delete/", sent)

    answer = sandbox.post(f"/customers/{busy.pk}/delete/", sent)

    assert answer.status_code == 409
    assert "has been deleted and is read-only" in text(answer)
    assert JournalEntry.objects.filter(action="customer.deleted").count() == 1


def test_a_plan_is_not_added_to_a_deleted_customer(sandbox: Any, busy: Customer) -> None:
    sandbox.post(
        f"/customers/{busy.pk}/delete/", {"sealed": sealed(sandbox, busy), "typed": "hooli"}
    )
    plan = PlanFactory(organization=sandbox.organization)

    answer = sandbox.post(
        f"/customers/{busy.pk}/subscriptions/new/",
        {"new_plan": str(plan.pk), "billing_time": "calendar"},
    )

    assert answer.status_code == 409
    assert Subscription.objects.count() == 1


def test_a_small_plan_opens_in_a_dialog_and_a_large_one_as_a_page(
    sandbox: Any, busy: Customer
) -> None:
    small = customer_in(sandbox)
    headers = {"HX-Request": "true", "HX-Target": "div#dialog-body"}

    dialog = sandbox.get(f"/customers/{small.pk}/delete/", headers=headers)
    page = sandbox.get(f"/customers/{busy.pk}/delete/", headers=headers)

    assert "dialog-head" in text(dialog)
    assert (page.status_code, page["HX-Redirect"]) == (204, f"/customers/{busy.pk}/delete/")
