"""The catalog in a real browser: a metric, a plan, a charge with tiers, and what it would cost."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.models import BillableMetric, Charge, Plan
from tests.e2e.accessibility import faults_of_pages
from tests.factories import (
    AddOnFactory,
    BillableMetricFactory,
    BillableMetricFilterFactory,
    ChargeFactory,
    ChargeFilterFactory,
    PlanFactory,
    TaxFactory,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_a_metric_with_filters_is_created(operator_page: Any) -> None:
    page = operator_page
    page.goto(page.address + "/metrics/")
    page.get_by_role("link", name="Create a billable metric").first.click()
    page.locator("#id_name").fill("Storage")
    page.get_by_label("Code").fill("storage")

    expect(page.locator("#id_field_name")).to_be_hidden()
    page.get_by_label("Aggregation").select_option("max_agg")
    page.locator("#id_field_name").fill("gb")
    page.get_by_role("button", name="Add a filter").click()
    page.locator("#id_filters-0-key").fill("region")
    page.locator("#id_filters-0-values").fill("eu, us")
    page.get_by_role("button", name="Create a billable metric").click()

    expect(page.get_by_text("Metric Storage is created.")).to_be_visible()
    metric = BillableMetric.objects.get()
    assert (metric.field_name, metric.filters.get().values) == ("gb", ["eu", "us"])


def test_a_plan_gets_a_charge_with_tiers_whose_price_is_tried_out(operator_page: Any) -> None:
    page = operator_page
    BillableMetricFactory(organization=page.organization, name="Calls", code="calls")
    page.goto(page.address + "/plans/new/")
    page.locator("#id_name").fill("Scale")
    page.locator("#id_code").fill("scale")
    page.get_by_label("Price of a period").fill("499")
    page.get_by_role("button", name="Create a plan").click()
    expect(page.get_by_text("Plan Scale is created.")).to_be_visible()

    page.get_by_role("link", name="Add a charge").click()
    page.get_by_role("combobox", name="Billable metric").click()
    page.get_by_role("option", name="Calls").click()
    page.get_by_label("Model").select_option("graduated")
    page.locator("#id_ranges-0-up_to").fill("100")
    page.locator("#id_ranges-0-price").fill("0")
    page.get_by_role("button", name="Add a tier").click()
    page.locator("#id_ranges-1-price").fill("0.5")
    page.locator("#units_example").fill("110")
    expect(page.locator("#example")).to_contain_text("Units from 101 on")
    expect(page.locator("#example tfoot")).to_contain_text("5.00")
    page.get_by_role("button", name="Add a charge").click()

    expect(page.get_by_text("Calls is priced in Scale.")).to_be_visible()
    charge = Charge.objects.get()
    assert [row["to_value"] for row in charge.properties["graduated_ranges"]] == [100, None]
    page.locator(f"#units-{charge.pk}").fill("110")
    expect(page.locator("#plan-cost tfoot")).to_contain_text("504.00")


def test_a_plan_is_deleted_in_a_dialog_that_says_what_happens(operator_page: Any) -> None:
    page = operator_page
    plan = PlanFactory(organization=page.organization, name="Scale")
    page.goto(f"{page.address}/plans/{plan.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Delete plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete plan").click()

    expect(page.get_by_text("Plan Scale is deleted.")).to_be_visible()
    assert Plan.objects.kept().count() == 0


def test_pages_are_accessible_and_fit(operator_page: Any) -> None:
    page = operator_page
    organization = page.organization
    metric = BillableMetricFactory(organization=organization)
    BillableMetricFilterFactory(billable_metric=metric)
    plan = PlanFactory(organization=organization)
    charge = ChargeFactory(plan=plan, billable_metric=metric)
    row = ChargeFilterFactory(charge=charge)
    add_on, tax = AddOnFactory(organization=organization), TaxFactory(organization=organization)
    own, its = f"/plans/{plan.pk}/", f"/plans/{plan.pk}/charges/{charge.pk}/"
    addresses = [f"/{name}/" for name in ("metrics", "plans", "add-ons", "taxes")]
    addresses += [f"/{name}/new/" for name in ("metrics", "plans", "add-ons", "taxes")]
    addresses += [f"/metrics/{metric.pk}/", f"/add-ons/{add_on.pk}/", f"/taxes/{tax.pk}/"]
    addresses += [own, f"{own}edit/", f"{own}delete/", f"{own}charges/new/", its]
    addresses += [
        f"{its}filters/{row.pk}/",
        f"{own}fixed-charges/new/",
        f"/metrics/{metric.pk}/edit/",
    ]

    assert faults_of_pages(page, addresses) == {}
