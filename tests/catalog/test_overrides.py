"""Plans made for one subscription."""

from __future__ import annotations

import pytest

from activity.actors import COMMAND
from billing.errors import NotFound
from catalog.models import Charge, ChargeFilter, FixedCharge, Plan
from catalog.operations.overrides import override_plan
from tests.factories import AT, AddOnFactory, ChargeFactory, PlanFactory, TaxFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory(code="pro", amount_cents=1000)
    plan.taxes.add(TaxFactory(organization=plan.organization))
    return plan


def override(plan, **overrides):
    return override_plan(plan, overrides, actor=COMMAND, at=AT)


def test_an_override_is_a_child_with_the_same_code(plan):
    child = override(plan, amount_cents=500, name="Pro for Ann")

    assert (child.parent, child.code, child.amount_cents) == (plan, "pro", 500)
    assert (child.name, child.interval, child.taxes.count()) == ("Pro for Ann", "monthly", 1)
    plan.refresh_from_db()
    assert (plan.amount_cents, plan.name) == (1000, "Plan")
    assert list(Plan.objects.offered()) == [plan]


def test_charges_are_copied_and_changed_by_the_id_they_have_in_the_plan(plan):
    dear = ChargeFactory(plan=plan, code="dear", properties={"amount": "9"})
    ChargeFactory(plan=plan, code="cheap", properties={"amount": "1"})
    ChargeFilter.objects.create(
        organization=plan.organization,
        charge=dear,
        values={"region": ["eu"]},
        properties={"amount": "2"},
        created_at=AT,
        updated_at=AT,
    )

    child = override(plan, charges=[{"id": str(dear.pk), "properties": {"amount": "5"}}])

    copied, other = child.charges.order_by("created_at", "pk")
    assert (copied.parent, copied.properties, copied.code) == (dear, {"amount": "5"}, "dear")
    assert (other.properties, other.code) == ({"amount": "1"}, "cheap")
    assert copied.filters.get().values == {"region": ["eu"]}
    dear.refresh_from_db()
    assert dear.properties == {"amount": "9"}


def test_fixed_charges_commitment_and_thresholds_are_copied(plan):
    fixed = FixedCharge.objects.create(
        organization=plan.organization,
        plan=plan,
        add_on=AddOnFactory(organization=plan.organization),
        code="seats",
        charge_model="standard",
        properties={"amount": "1"},
        units=3,
        created_at=AT,
        updated_at=AT,
    )
    child = override(
        plan,
        fixed_charges=[{"id": str(fixed.pk), "units": 5}],
        minimum_commitment={"amount_cents": 700},
        usage_thresholds=[{"amount_cents": 100}],
    )

    assert child.fixed_charges.get().units == 5
    assert child.minimum_commitment.amount_cents == 700
    assert child.usage_thresholds.get().amount_cents == 100
    assert not hasattr(plan, "minimum_commitment")


def test_an_override_is_overridden_in_place(plan):
    charge = ChargeFactory(plan=plan)
    child = override(plan, amount_cents=500)

    again = override(
        child, amount_cents=400, charges=[{"id": str(charge.pk), "properties": {"amount": "8"}}]
    )

    assert (again.pk, again.amount_cents) == (child.pk, 400)
    assert again.charges.get().properties == {"amount": "8"}


def test_an_unknown_charge_is_refused_and_nothing_is_stored(plan):
    with pytest.raises(NotFound):
        override(plan, charges=[{"id": str(ChargeFactory().pk)}])

    assert Plan.objects.filter(parent=plan).count() == 0
    assert Charge.objects.filter(plan__parent=plan).count() == 0
