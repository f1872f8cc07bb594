"""Plans and their charges through the API."""

from __future__ import annotations

import pytest

from activity.models import JournalEntry, OutboxMessage
from catalog.models import Charge, Plan
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import (
    AddOnFactory,
    BillableMetricFactory,
    ChargeFactory,
    OrganizationFactory,
    PlanFactory,
    SubscriptionFactory,
    TaxFactory,
)

pytestmark = pytest.mark.django_db
PLAN = {
    "name": "Advance",
    "code": "adv",
    "interval": "monthly",
    "amount_cents": 3000,
    "amount_currency": "EUR",
    "pay_in_advance": True,
}
RANGES = [
    {"from_value": 0, "to_value": 10, "per_unit_amount": "0.5", "flat_amount": "1"},
    {"from_value": 11, "to_value": None, "per_unit_amount": "0.2", "flat_amount": "2"},
]


@pytest.fixture
def metric(api):
    found = BillableMetricFactory(organization=api.organization, code="calls")
    found.filters.create(
        organization=api.organization,
        key="region",
        values=["eu", "us"],
        created_at=found.created_at,
    )
    return found


def charge(metric, **changes):
    return {
        "billable_metric_id": str(metric.pk),
        "charge_model": "standard",
        "properties": {"amount": "0.05"},
    } | changes


def create(api, *charges, **changes):
    return api.post("/plans", {"plan": {**PLAN, "charges": list(charges), **changes}})


def test_a_plan_is_created_with_everything_on_it(api, metric):
    TaxFactory(organization=api.organization, code="vat")
    AddOnFactory(organization=api.organization, code="setup")
    europe = {
        "values": {"region": ["eu"]},
        "properties": {"amount": "2"},
        "invoice_display_name": "Europe",
    }

    status, body = create(
        api,
        charge(metric, filters=[europe], tax_codes=["vat"]),
        charge(metric, charge_model="graduated", properties={"graduated_ranges": RANGES}),
        fixed_charges=[{"add_on_code": "setup", "charge_model": "standard", "units": "2"}],
        minimum_commitment={"amount_cents": 100, "tax_codes": ["vat"]},
        usage_thresholds=[{"amount_cents": 500, "threshold_display_name": "Half"}],
        tax_codes=["vat"],
        trial_period=0.0,
    )

    shown = body["plan"]
    assert status == 200
    assert missing("plan", shown) == surplus("plan", shown) == set()
    assert {name: shown[name] for name in PLAN} == PLAN
    assert shown["trial_period"] == 0.0
    first, second = shown["charges"]
    assert missing("charge", first) == surplus("charge", first) == set()
    assert (first["code"], second["code"]) == ("calls", "calls_2")
    assert second["properties"] == {"graduated_ranges": RANGES}
    assert [tax["code"] for tax in first["taxes"]] == ["vat"]
    assert missing("filter", first["filters"][0]) == set()
    assert {name: first["filters"][0][name] for name in europe} == europe
    assert shown["fixed_charges"][0]["units"] == 2.0
    assert shown["minimum_commitment"]["amount_cents"] == 100
    assert shown["usage_thresholds"][0]["threshold_display_name"] == "Half"
    assert shown["applicable_usage_thresholds"] == [
        {"threshold_display_name": "Half", "amount_cents": 500, "recurring": False}
    ]
    assert OutboxMessage.objects.get().kind == "plan.created"


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"interval": "fortnightly"}, {"interval": ["value_is_invalid"]}),
        ({"amount_cents": -1}, {"amount_cents": ["value_is_out_of_range"]}),
        (
            {"amount_currency": "EURO"},
            {"amount_currency": ["value_is_too_long", "value_is_invalid"]},
        ),
        ({"name": None, "code": None}, {n: ["value_is_mandatory"] for n in ("name", "code")}),
        ({"trial_period": -1}, {"trial_period": ["value_is_out_of_range"]}),
        ({"minimum_commitment": {"amount_cents": 0}}, {"amount_cents": ["value_is_out_of_range"]}),
        (
            {"usage_thresholds": [{"amount_cents": 1}] * 2},
            {"usage_thresholds": ["duplicate_threshold_values"]},
        ),
        (
            {"usage_thresholds": [{"amount_cents": n, "recurring": True} for n in (1, 2)]},
            {"usage_thresholds": ["multiple_recurring_thresholds"]},
        ),
    ],
)
def test_a_wrong_plan_is_refused(api, changes, errors):
    status, body = create(api, **changes)

    assert (status, body["error_details"]) == (422, errors)
    assert Plan.objects.count() == 0
    assert JournalEntry.objects.filter(object_type="plan").count() == 0


def test_charges_that_are_given_are_the_whole_set(api, metric):
    _, body = create(api, charge(metric), charge(metric, code="second"))
    kept, gone = body["plan"]["charges"]

    changes = [
        {"id": kept["lago_id"], "properties": {"amount": "7"}},
        charge(metric, code="third"),
    ]
    status, body = api.put("/plans/adv", {"plan": {"charges": changes}})

    shown = body["plan"]["charges"]
    assert status == 200
    assert [one["code"] for one in shown] == ["calls", "third"]
    assert (shown[0]["lago_id"], shown[0]["properties"]) == (kept["lago_id"], {"amount": "7"})
    assert Charge.objects.get(pk=gone["lago_id"]).deleted_at is not None


def test_members_that_are_absent_stay(api, metric):
    create(api, charge(metric), minimum_commitment={"amount_cents": 100})

    _, body = api.put("/plans/adv", {"plan": {"name": "Renamed"}})

    shown = body["plan"]
    assert (shown["name"], shown["amount_cents"], len(shown["charges"])) == ("Renamed", 3000, 1)
    assert shown["minimum_commitment"]["amount_cents"] == 100
    assert (
        api.put("/plans/adv", {"plan": {"minimum_commitment": {}}})[1]["plan"]["minimum_commitment"]
        is None
    )


def test_a_subscribed_plan_keeps_its_frozen_members(api, metric):
    create(api, charge(metric))
    SubscriptionFactory(plan=Plan.objects.get(), organization=api.organization)

    changes = {"interval": "yearly", "amount_currency": "USD", "amount_cents": 1, "code": "x"}
    status, body = api.put("/plans/adv", {"plan": changes})

    shown = body["plan"]
    assert (status, shown["code"], shown["interval"]) == (200, "adv", "monthly")
    assert (shown["amount_currency"], shown["amount_cents"]) == ("EUR", 1)


def test_a_refused_update_changes_nothing(api, metric):
    create(api, charge(metric))
    entries = JournalEntry.objects.count()

    changes = {"name": "New", "charges": [charge(metric, properties={"amount": 1})]}
    status, _ = api.put("/plans/adv", {"plan": changes})

    assert status == 422
    assert Plan.objects.get().name == "Advance"
    assert Charge.objects.kept().count() == 1
    assert JournalEntry.objects.count() == entries


def test_a_deleted_plan_is_gone_with_its_charges(api, metric):
    create(api, charge(metric))

    status, body = api.delete("/plans/adv")

    assert (status, body["plan"]["code"], body["plan"]["pending_deletion"]) == (200, "adv", True)
    assert api.get("/plans/adv")[1]["code"] == "plan_not_found"
    assert Charge.objects.kept().count() == 0
    assert create(api)[0] == 200


def test_a_foreign_plan_is_not_found(api):
    plan = PlanFactory(organization=api.organization, code="adv")
    ChargeFactory(plan=plan, code="calls")
    stranger = ApiClient(OrganizationFactory())

    for path in ("/plans/adv", "/plans/adv/charges", "/plans/adv/charges/calls"):
        assert stranger.get(path)[0] == 404
    assert stranger.put("/plans/adv", {"plan": {"name": "x"}})[0] == 404
    assert stranger.put("/plans/adv/charges/calls", {"charge": {}})[0] == 404
    assert stranger.delete("/plans/adv/charges/calls")[0] == 404
    assert stranger.delete("/plans/adv")[0] == 404
    assert Plan.objects.kept().get().name == "Plan"


def test_the_list_takes_as_many_queries_for_many_as_for_few(api, django_assert_num_queries):
    api.get("/plans")
    for _ in range(3):
        ChargeFactory(plan=PlanFactory(organization=api.organization))

    with django_assert_num_queries(8):
        shown = api.get("/plans")[1]["plans"]
    assert [len(plan["charges"]) for plan in shown] == [1, 1, 1]
