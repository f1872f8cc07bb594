"""S10 and S14: a plan is added, usage is seen, and every amount can be explained."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from invoices.models import Invoice
from subscriptions.models import Subscription
from tests.e2e.accessibility import faults
from tests.e2e.walk import customer_of, seller, subscribed
from tests.factories import PlanFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


def test_s10_assigning_a_plan_starts_a_subscription_usage_and_billing(page: Any) -> None:
    plan = page.plan
    plan.pay_in_advance = True
    plan.save()
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Add a plan").click()
    page.get_by_role("combobox", name="Plan", exact=True).fill("scale")
    page.keyboard.press("Enter")
    page.get_by_label("External ID").fill("hooli-scale")
    page.get_by_role("button", name="Show what this will do").click()
    preview = page.locator("#preview")
    expect(preview).to_contain_text("A subscription begins")
    expect(preview).to_contain_text("€252.00")
    assert not Subscription.objects.exists()
    page.get_by_role("button", name="Add plan").click()

    expect(page.get_by_text("Scale is added to Hooli.")).to_be_visible()
    expect(page.get_by_role("link", name="Usage", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    made = Subscription.objects.get()
    assert (made.external_id, made.status) == ("hooli-scale", "active")
    assert Invoice.objects.get().total_amount_cents == 25200


def test_s10_a_plan_is_overridden_for_one_customer(page: Any) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/subscriptions/new/")
    terms = page.locator("#terms")

    page.get_by_text("Override the plan for this customer").click()
    expect(terms).to_contain_text("Choose a plan to see its terms.")
    page.get_by_role("combobox", name="Plan", exact=True).fill("scale")
    page.keyboard.press("Enter")
    expect(terms).to_contain_text("All amounts are in EUR.")
    terms.get_by_label("Price of a period").fill("-1")
    page.get_by_role("button", name="Show what this will do").click()
    expect(page.locator("#form-errors")).to_contain_text("Price of a period")
    expect(terms.get_by_label("Price of a period")).to_be_visible()
    terms.get_by_label("Price of a period").fill("100")
    terms.get_by_label("Calls, price of a unit").fill("0.5")
    page.get_by_role("button", name="Show what this will do").click()
    expect(page.locator("#preview")).to_contain_text("Scale is given terms of its own")
    expect(page.locator("#preview")).to_contain_text("€100.00")
    assert faults(page) == []
    terms.get_by_label("Price of a period").fill("90")
    page.get_by_role("button", name="Add plan").click()
    expect(page.locator("#preview")).to_contain_text("No longer so:")
    assert not Subscription.objects.exists()
    page.get_by_role("button", name="Add plan").click()

    expect(page.get_by_text("Scale is added to Hooli.")).to_be_visible()
    own = Subscription.objects.get().plan
    assert (own.parent_id, own.amount_cents) == (page.plan.pk, 9000)
    assert own.charges.get().properties["amount"] == "0.5"
    page.plan.refresh_from_db()
    assert page.plan.amount_cents != 9000


def test_s10_another_currency_is_refused(page: Any) -> None:
    customer = customer_of(page, currency="USD")
    page.goto(f"{page.address}/customers/{customer.pk}/subscriptions/new/")

    page.get_by_role("combobox", name="Plan", exact=True).fill("scale")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show what this will do").click()

    expect(page.locator("#form-errors")).to_contain_text("billed in USD, not in EUR")
    assert not Subscription.objects.exists()


def test_s14_usage_is_open_with_total_period_units_amounts_taxes_and_projection(page: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    expect(page.get_by_role("link", name="Usage", exact=True)).to_have_attribute(
        "aria-current", "page"
    )
    # Four calls in the EU at 2 and two others at 1, with 20 % tax.
    expect(page.locator(".figures .grand")).to_have_text("€12.00")
    panel = page.locator(f"#usage-{made.pk}")
    expect(panel).to_contain_text("March 2024 · day 11 of 31")
    row = panel.locator("tbody tr").first
    expect(row.locator("td")).to_have_text(["6", "6", "€10.00", "€28.18"])
    expect(panel.locator("tfoot")).to_contain_text("€2.00")
    expect(panel.get_by_role("img", name="Events per day")).to_be_visible()


def test_s14_every_active_subscription_is_open(page: Any) -> None:
    customer = customer_of(page)
    first = subscribed(page, customer)
    second = Subscription.objects.create(
        organization=page.organization, customer=customer, external_id="second", status="active",
        plan=PlanFactory(organization=page.organization, name="Other"),
        subscription_at=first.subscription_at, started_at=first.started_at,
        created_at=first.created_at, updated_at=first.created_at,
    )  # fmt: skip

    page.goto(f"{page.address}/customers/{customer.pk}/usage/")

    for one in (first, second):
        expect(page.locator(f"#usage-{one.pk}")).to_be_visible()


def test_s14_a_charge_opens_its_filters_and_explains_each_amount_to_the_events(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/")
    drawer = page.locator("#drawer")

    page.get_by_role("link", name="Calls", exact=True).click()
    expect(drawer.locator(".table-wrap tbody tr").first).to_contain_text("eu")
    expect(drawer.locator(".table-wrap tbody tr").first).to_contain_text("€8.00")
    assert faults(page) == []
    drawer.get_by_role("link", name="eu").click()

    expect(drawer.get_by_role("heading", name="Explain this amount")).to_be_visible()
    expect(drawer).to_contain_text("€2.00")
    expect(drawer.get_by_text("region: eu")).to_have_count(4)
    expect(drawer).to_contain_text("t3")
    assert faults(page) == []


def test_s14_past_periods_are_shown_as_they_were_billed(page: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/")
    page.get_by_role("button", name="Sandbox clock").click()
    page.get_by_label("Move forward to").fill("2024-04-02T09:00")
    page.get_by_role("button", name="Move clock").click()
    expect(page.get_by_role("button", name="Sandbox clock")).to_contain_text("2 Apr 2024")

    page.goto(f"{page.address}/customers/{customer.pk}/usage/")
    panel = page.locator(f"#usage-{made.pk}")
    panel.get_by_role("link", name="March 2024").click()

    expect(panel).to_contain_text("invoice")
    expect(panel.locator("tbody tr").first).to_contain_text("€10.00")
    panel.get_by_role("link", name="Current").click()
    expect(panel).to_contain_text("April 2024")


def test_a_subscription_ends_as_its_preview_says(page: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    page.goto(f"{page.address}/subscriptions/{made.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="End subscription").click()
    form = page.locator("#end-form")
    expect(form).to_contain_text("€144.00")  # 11 of 31 days of 310, 10 of usage, 20 % tax
    form.get_by_text("Skip").click()
    expect(form).not_to_contain_text("€144.00")
    form.get_by_text("Generate").click()
    expect(form).to_contain_text("€144.00")
    form.get_by_role("button", name="End subscription").click()
    expect(form).to_contain_text("This is not the external ID.")
    form.get_by_label("Type sub to confirm").fill("sub")
    form.get_by_role("button", name="End subscription").click()

    expect(page.get_by_text("sub has ended.")).to_be_visible()
    made.refresh_from_db()
    assert made.status == "terminated"
    assert Invoice.objects.get().total_amount_cents == 14400


def test_a_plan_is_changed_as_its_preview_says(page: Any) -> None:
    customer = customer_of(page)
    made = subscribed(page, customer)
    PlanFactory(organization=page.organization, name="Big", code="big", amount_cents=62000)
    page.goto(f"{page.address}/subscriptions/{made.pk}/change-plan/")

    page.get_by_role("combobox", name="New plan", exact=True).fill("big")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show what this will do").click()
    expect(page.locator("#confirm")).to_contain_text("€132.00")  # 10 days of the old plan
    assert Subscription.objects.count() == 1
    page.get_by_role("button", name="Change plan").click()

    expect(page.get_by_text("The plan is changed to Big.")).to_be_visible()
    assert Subscription.objects.active().get().plan.code == "big"
