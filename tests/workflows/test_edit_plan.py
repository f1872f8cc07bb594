"""What follows for subscriptions when their plan is changed or deleted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from catalog.models import FixedCharge
from catalog.operations.overrides import override_plan
from invoices.models import Invoice
from subscriptions.models import FixedChargeUnits, Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    AT,
    AddOnFactory,
    BillableMetricFactory,
    ChargeFactory,
    CustomerFactory,
    PlanFactory,
)
from workflows.delete_plan import delete_plan
from workflows.edit_charge import add_charge, edit_charge, remove_charge
from workflows.edit_plan import edit_plan
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db
LATER = datetime(2024, 1, 11, tzinfo=UTC)


@pytest.fixture
def customer():
    return CustomerFactory()


def plan_of(customer, **columns):
    return PlanFactory(organization=customer.organization, **columns)


def start(customer, plan, external_id="one"):
    asked = NewSubscription(external_id=external_id, plan=plan)
    return start_subscription(customer, asked=asked, actor=COMMAND, at=AT)


def statuses(customer):
    rows = Subscription.objects.filter(customer=customer).order_by("created_at", "pk")
    return [(row.plan.code, row.status) for row in rows.select_related("plan")]


def test_a_downgrade_that_is_none_any_more_is_canceled(customer):
    dear, cheap = (
        plan_of(customer, code="dear", amount_cents=1000),
        plan_of(customer, code="cheap", amount_cents=500),
    )
    start(customer, dear)
    start(customer, cheap)

    edit_plan(dear, {"amount_cents": 400}, actor=COMMAND, at=LATER)

    assert statuses(customer) == [("dear", "active"), ("cheap", "canceled")]


def test_a_downgrade_whose_target_becomes_dearer_begins_at_once(customer):
    dear, cheap = (
        plan_of(customer, code="dear", amount_cents=1000),
        plan_of(customer, code="cheap", amount_cents=500),
    )
    start(customer, dear)
    start(customer, cheap)

    edit_plan(cheap, {"amount_cents": 2000}, actor=COMMAND, at=LATER)

    assert statuses(customer) == [
        ("dear", "terminated"),
        ("cheap", "canceled"),
        ("cheap", "active"),
    ]


def test_new_units_count_from_the_next_period_or_at_once(customer):
    plan = plan_of(customer)
    columns = {
        "organization": plan.organization,
        "plan": plan,
        "charge_model": "standard",
        "properties": {"amount": "1"},
        "created_at": AT,
        "updated_at": AT,
    }
    add_on = AddOnFactory(organization=plan.organization)
    soon = FixedCharge.objects.create(add_on=add_on, code="soon", **columns)
    now = FixedCharge.objects.create(add_on=add_on, code="now", **columns)
    running = start(customer, plan)

    items = [
        {"id": str(soon.pk), "units": 4},
        {"id": str(now.pk), "units": 5, "apply_units_immediately": True},
    ]
    edit_plan(plan, {"fixed_charges": items}, actor=COMMAND, at=LATER)

    rows = FixedChargeUnits.objects.filter(created_at=LATER).order_by("units")
    running.refresh_from_db()
    assert [(row.fixed_charge, row.units, row.effective_at) for row in rows] == [
        (soon, 4, running.next_billing_at),
        (now, 5, LATER),
    ]


def test_a_change_is_handed_on_to_overrides_that_still_say_the_same(customer):
    plan = plan_of(customer, amount_cents=1000)
    charge = ChargeFactory(plan=plan, properties={"amount": "1"})
    same = override_plan(plan, {"name": "Same"}, actor=COMMAND, at=AT)
    own = {"amount_cents": 7, "charges": [{"id": str(charge.pk), "properties": {"amount": "9"}}]}
    other = override_plan(plan, own, actor=COMMAND, at=AT)

    changes = {"amount_cents": 2000, "cascade_updates": True}
    edit_plan(plan, changes, actor=COMMAND, at=LATER)
    prices = {"properties": {"amount": "3"}, "cascade_updates": True}
    edit_charge(charge, prices, actor=COMMAND, at=LATER)

    for child, amount, price in ((same, 2000, "3"), (other, 7, "9")):
        child.refresh_from_db()
        assert (child.amount_cents, child.charges.get().properties) == (amount, {"amount": price})


def test_charges_that_are_added_and_removed_are_handed_on(customer):
    plan = plan_of(customer)
    gone = ChargeFactory(plan=plan, code="gone")
    child = override_plan(plan, {}, actor=COMMAND, at=AT)
    values = {
        "billable_metric_id": str(BillableMetricFactory(organization=plan.organization).pk),
        "charge_model": "standard",
        "properties": {"amount": "2"},
        "code": "new",
        "cascade_updates": True,
    }

    added = add_charge(plan, values, actor=COMMAND, at=LATER)
    remove_charge(gone, cascades=True, actor=COMMAND, at=LATER)

    copied = child.charges.kept().get()
    assert (copied.parent, copied.code, copied.properties) == (added, "new", {"amount": "2"})


def test_without_being_asked_overrides_keep_what_they_say(customer):
    plan = plan_of(customer, amount_cents=1000)
    child = override_plan(plan, {}, actor=COMMAND, at=AT)

    edit_plan(plan, {"amount_cents": 2000}, actor=COMMAND, at=LATER)

    child.refresh_from_db()
    assert child.amount_cents == 1000


def test_a_deleted_plan_ends_and_bills_its_subscriptions(customer):
    dear, cheap = (
        plan_of(customer, code="dear", amount_cents=3100),
        plan_of(customer, code="cheap", amount_cents=500),
    )
    start(customer, dear)
    start(customer, cheap)
    child = override_plan(dear, {"amount_cents": 6200}, actor=COMMAND, at=AT)
    start(customer, child, external_id="two")

    deleted = delete_plan(dear, actor=COMMAND, at=LATER)

    assert deleted.deleted_at == LATER
    child.refresh_from_db()
    assert child.deleted_at == LATER
    assert statuses(customer) == [
        ("dear", "terminated"),
        ("cheap", "canceled"),
        ("dear", "terminated"),
    ]
    invoices = Invoice.objects.filter(customer=customer).order_by("fees_amount_cents")
    assert [invoice.fees_amount_cents for invoice in invoices] == [1100, 2200]


def test_drafts_of_a_deleted_plan_are_finalized(customer):
    customer.invoice_grace_period = 3
    customer.save(update_fields=["invoice_grace_period"])
    plan = plan_of(customer)
    start(customer, plan)

    delete_plan(plan, actor=COMMAND, at=LATER)

    assert Invoice.objects.get(customer=customer).status == "finalized"
