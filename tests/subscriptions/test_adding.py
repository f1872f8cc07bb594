"""Adding a plan: exactly what was shown, with terms of its own for one customer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from catalog.models import Charge, ChargeFilter, MinimumCommitment, Plan
from customers.models import Customer
from invoices.models import Fee, Invoice
from subscriptions.models import Subscription
from tests.factories import BillableMetricFactory, ChargeFactory, PlanFactory
from tests.subscriptions.pages import BEGUN, NOON, added, adding, confirming, plan, text
from usage.operations import ingest
from workflows.bill_due import bill_due

pytestmark = pytest.mark.django_db


def price_field(charge: Charge) -> str:
    return f"terms-{charge.pk}"


def counts() -> list[int]:
    return [one.objects.count() for one in (Subscription, Plan, Charge, Invoice, JournalEntry)]


# The seal


def test_nothing_is_added_without_a_look_at_what_it_does(sandbox: Any, customer: Customer) -> None:
    answer = adding(sandbox, customer, plan(sandbox))
    unseen = confirming(sandbox, customer, answer, sealed="")
    forged = confirming(sandbox, customer, answer, sealed="0" * 64)

    assert [unseen.status_code, forged.status_code] == [422, 422]
    assert unseen.context["answer"]["text"] == "Look at what will happen, and confirm."
    assert not Subscription.objects.exists()


def test_a_plan_that_has_become_dearer_is_refused_with_the_difference(
    sandbox: Any, customer: Customer
) -> None:
    advance = plan(sandbox, amount_cents=3100, pay_in_advance=True)
    shown = adding(sandbox, customer, advance, external_id="s-1")
    Plan.objects.update(amount_cents=6200)
    before = counts()

    answer = confirming(sandbox, customer, shown)

    said = answer.context["answer"]
    assert answer.status_code == 422
    assert said["text"].startswith("Something has changed since this was shown.")
    assert [(one["label"], one["amount"]) for one in said["gone"]] == [
        ("An invoice is issued", "€21.00")
    ]
    assert [(one["label"], one["amount"]) for one in said["added"]] == [
        ("An invoice is issued", "€42.00")
    ]
    assert "No longer so:" in text(answer)
    assert counts() == before
    again = confirming(sandbox, customer, answer)
    assert again.status_code == 303
    assert Invoice.objects.get().fees_amount_cents == 4200


def test_another_form_than_the_one_shown_is_refused(sandbox: Any, customer: Customer) -> None:
    shown = adding(sandbox, customer, plan(sandbox), name="Main")
    before = counts()

    answer = confirming(sandbox, customer, shown, name="Other")

    assert answer.status_code == 422
    differing = [answer.context["answer"][name] for name in ("gone", "added")]
    named = [[one["detail"].split(" · ")[1] for one in rows] for rows in differing]
    assert named == [["Main"], ["Other"]]
    assert counts() == before


def test_an_id_that_was_taken_meanwhile_adds_nothing(sandbox: Any, customer: Customer) -> None:
    basic = plan(sandbox)
    shown = adding(sandbox, customer, basic, external_id="s-1")
    added(sandbox, customer, basic, external_id="s-1")
    before = counts()

    answer = confirming(sandbox, customer, shown)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["external_id"]
    assert counts() == before


def test_a_plan_of_another_currency_is_refused_when_it_is_looked_at(
    sandbox: Any, customer: Customer
) -> None:
    customer.currency = "USD"
    customer.save()

    answer = adding(sandbox, customer, plan(sandbox))

    assert answer.status_code == 422
    assert "billed in USD, not in EUR" in text(answer)
    assert "hidden" not in answer.context["answer"]


def test_a_look_leaves_the_form_to_be_sent_again(sandbox: Any, customer: Customer) -> None:
    token = "6f0c3c52-8b52-4a53-9a1f-0f3c8a6d2b11"

    looks = [
        adding(sandbox, customer, plan(sandbox), form_token=token, name=name)
        for name in ("One", "Two")
    ]

    assert [one.status_code for one in looks] == [200, 200]
    assert "Two" in text(looks[1])


# Terms of its own


@pytest.fixture
def basic(sandbox: Any) -> Any:
    made = plan(sandbox, name="Basic", amount_cents=3100, pay_in_advance=True, code="basic")
    MinimumCommitment.objects.create(
        organization=sandbox.organization, plan=made, amount_cents=500,
        created_at=BEGUN, updated_at=BEGUN,
    )  # fmt: skip
    return made


@pytest.fixture
def calls(sandbox: Any, basic: Any) -> Charge:
    metric = BillableMetricFactory(organization=sandbox.organization, code="calls", name="Calls")
    properties = {"amount": "1", "pricing_group_keys": ["region"]}
    made: Charge = ChargeFactory(plan=basic, billable_metric=metric, properties=properties)
    return made


def test_the_terms_of_the_chosen_plan_are_offered(
    sandbox: Any, customer: Customer, basic: Any, calls: Charge
) -> None:
    ChargeFilter.objects.create(
        organization=sandbox.organization, charge=calls, values={"region": ["eu"]},
        properties={"amount": "3"}, created_at=BEGUN, updated_at=BEGUN,
    )  # fmt: skip
    ranges = [{"from_value": 0, "to_value": None, "per_unit_amount": "1", "flat_amount": "0"}]
    ChargeFactory(plan=basic, charge_model="volume", properties={"volume_ranges": ranges})
    url = f"/customers/{customer.pk}/subscriptions/new/"

    unchosen = sandbox.get(url)
    chosen = sandbox.get(url, {"new_plan": str(basic.pk)})
    fragment = sandbox.get(
        url, {"new_plan": str(basic.pk)}, headers={"HX-Request": "true", "HX-Target": "div#terms"}
    )
    plainly = sandbox.post(url, {"new_plan": str(basic.pk), "name": "Kept", "terms": "1"})

    assert "Choose a plan to see its terms." in text(unchosen)
    form = chosen.context["terms"]
    assert form["amount"].help_text == "In the plan: €31.00."
    assert form["trial_period"].help_text == "In the plan: none."
    assert form["commitment"].help_text == "In the plan: €5.00."
    assert (
        form[str(calls.pk)].help_text == "In the plan: €1.00 each. The prices of its filters stay."
    )
    assert [(one.name, one.price) for one in form.others] == [("Calls", "1 tier, €1.00")]
    assert text(fragment).lstrip().startswith('<div class="stack" id="terms">')
    assert (plainly.status_code, plainly.context["is_overriding"]) == (200, True)
    assert 'value="Kept"' in text(plainly)
    assert not plainly.context["form"].errors


def test_an_override_bills_exactly_the_overridden_amounts(
    sandbox: Any, customer: Customer, basic: Any, calls: Charge
) -> None:
    terms = {
        "terms-amount": "62", "terms-invoice_display_name": "Special", "terms-commitment": "70",
        price_field(calls): "0.125",
    }  # fmt: skip
    shown = adding(sandbox, customer, basic, external_id="sub", **terms)
    assert not Subscription.objects.exists()

    answer = confirming(sandbox, customer, shown)

    assert [(one["label"], one["detail"], one["amount"]) for one in shown.context["answer"]["effects"]] == [
        ("Customer Hooli changes", "updated", ""),
        ("Basic is given terms of its own, for this customer", "Minimum commitment €70.00", "€62.00"),
        ("A subscription begins on 11 Mar 2024", "Basic · sub", ""),
        ("An invoice is issued", "1 line · due on 11 Mar 2024", "€42.00"),
    ]  # fmt: skip
    assert answer.status_code == 303
    made = Subscription.objects.get()
    own = made.plan
    assert (own.parent_id, own.code, own.amount_cents) == (basic.pk, "basic", 6200)
    assert (own.invoice_display_name, own.minimum_commitment.amount_cents) == ("Special", 7000)
    assert own.charges.get().properties == {"amount": "0.125", "pricing_group_keys": ["region"]}
    # 21 of the 31 days of March, in advance.
    assert list(Fee.objects.values_list("amount_cents", flat=True)) == [4200]
    basic.refresh_from_db()
    calls.refresh_from_db()
    assert (basic.amount_cents, calls.properties["amount"]) == (3100, "1")
    assert basic.minimum_commitment.amount_cents == 500


def test_usage_is_billed_at_the_overridden_price(
    sandbox: Any, customer: Customer, basic: Any, calls: Charge
) -> None:
    added(sandbox, customer, basic, external_id="sub", **{price_field(calls): "0.125", "terms-commitment": "0"})  # fmt: skip
    for number in range(8):
        event = {
            "transaction_id": str(number), "external_subscription_id": "sub", "code": "calls",
            "timestamp": NOON.timestamp(), "properties": {"region": "eu"},
        }  # fmt: skip
        ingest(customer.organization, event, at=NOON, actor=COMMAND)

    bill_due(customer.organization, actor=COMMAND, at=NOON.replace(month=4, day=1))

    found = Fee.objects.filter(fee_type="charge", units__gt=0)
    assert [(fee.units, fee.amount_cents) for fee in found] == [(Decimal(8), 100)]
    assert not MinimumCommitment.objects.filter(plan__parent=basic).exists()
    assert not Fee.objects.filter(fee_type="commitment").exists()


def test_a_trial_of_its_own_bills_nothing_ahead(
    sandbox: Any, customer: Customer, basic: Any
) -> None:
    answer = added(sandbox, customer, basic, **{"terms-trial_period": "7"})

    assert answer.status_code == 303
    assert Subscription.objects.get().plan.trial_period == 7
    assert not Invoice.objects.exists()


def test_no_override_leaves_the_plan_itself(sandbox: Any, customer: Customer, basic: Any) -> None:
    added(sandbox, customer, basic)

    assert Subscription.objects.get().plan == basic
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("amount", "-1", "Ensure this value is greater than or equal to 0."),
        ("amount", "1.005", "EUR has 2 decimals."),
        ("amount", "1,5", "Write a number, such as 1234.56."),
        ("trial_period", "-1", "Ensure this value is greater than or equal to 0."),
        ("commitment", "0.001", "EUR has 2 decimals."),
        ("invoice_display_name", "x" * 256, "Ensure this value has at most 255 characters (it has 256)."),
        ("calls", "-0.1", "Ensure this value is greater than or equal to 0."),
    ],
)  # fmt: skip
def test_a_wrong_term_stands_beside_its_field_and_changes_nothing(
    sandbox: Any, customer: Customer, basic: Any, calls: Charge, field: str, typed: str, said: str
) -> None:
    name = str(calls.pk) if field == "calls" else field
    shown = adding(sandbox, customer, basic)
    before = counts()

    asked = adding(sandbox, customer, basic, **{f"terms-{name}": typed})
    confirmed = confirming(sandbox, customer, shown, **{f"terms-{name}": typed})

    for answer in (asked, confirmed):
        assert answer.status_code == 422
        assert answer.context["terms"].errors == {name: [said]}
        assert answer.context["is_overriding"]
        assert "hidden" not in answer.context["answer"]
    assert counts() == before


def test_a_charge_of_another_plan_is_not_overridden(
    sandbox: Any, customer: Customer, basic: Any, calls: Charge
) -> None:
    foreign = ChargeFactory(plan=PlanFactory())

    added(sandbox, customer, basic, **{price_field(foreign): "0", price_field(calls): ""})

    assert Subscription.objects.get().plan == basic
    foreign.refresh_from_db()
    assert foreign.properties == {"amount": "1"}
