"""Pages of plans: terms, what is frozen, costs, deletion."""

import pytest

from catalog.models import Plan
from invoices.models import Invoice
from tests.factories import (
    BillableMetricFactory,
    ChargeFactory,
    ChargeFilterFactory,
    PlanFactory,
    SubscriptionFactory,
    TaxFactory,
)
from tests.invoices.given import a_customer, billed, sandbox

pytestmark = pytest.mark.django_db

PLAN = {
    "name": "Scale",
    "code": "scale",
    "interval": "monthly",
    "amount": "499",
    "amount_currency": "EUR",
    "pay_in_advance": "no",
}


@pytest.fixture
def plan(signed_in):
    return PlanFactory(organization=signed_in.organization, name="Scale")


@pytest.fixture
def metric(signed_in):
    return BillableMetricFactory(organization=signed_in.organization, name="Calls", code="calls")


def said(response):
    return [str(message) for message in response.context["messages"]]


def thresholds(*rows, **more):
    data = {"thresholds-TOTAL_FORMS": len(rows), "thresholds-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"thresholds-{number}-{key}": value for key, value in row.items()}
    return data | more


def test_two_who_edit_a_plan_see_each_other_s_thresholds(signed_in):
    signed_in.post("/plans/new/", PLAN | thresholds({"amount": "100"}))
    made = Plan.objects.get()
    edit = f"/plans/{made.pk}/edit/"
    held = {"thresholds-seen": signed_in.get(edit).context["rows"].seen}
    mine = PLAN | thresholds({"amount": "100", "name": "Mine"})
    signed_in.post(edit, PLAN | thresholds({"amount": "100"}, {"amount": "500", "recurring": "on"}))

    refused = signed_in.post(edit, mine | held)

    assert refused.status_code == 422
    shown = [(one.mine, one.theirs) for one in refused.context["rows"].conflicts]
    assert shown == [("nothing", "500 · And each time again")]
    kept = made.usage_thresholds.kept().order_by("amount_cents")
    assert list(kept.values_list("amount_cents", "threshold_display_name")) == [
        (10000, None),
        (50000, None),
    ]


def test_a_plan_is_created_with_its_terms(signed_in):
    tax = TaxFactory(organization=signed_in.organization)
    sent = PLAN | thresholds({"amount": "100"}, {"amount": "500", "recurring": "on"})
    sent |= {"tax_codes": [tax.code], "commitment": "800", "trial_period": "14"}

    response = signed_in.post("/plans/new/", sent, follow=True)

    made = Plan.objects.get()
    assert said(response) == ["Plan Scale is created. Add charges to bill usage."]
    assert (made.amount_cents, made.pay_in_advance, made.trial_period) == (49900, False, 14)
    assert (made.minimum_commitment.amount_cents, list(made.taxes.all())) == (80000, [tax])
    assert list(
        made.usage_thresholds.order_by("amount_cents").values_list("amount_cents", "recurring")
    ) == [(10000, False), (50000, True)]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"amount": "-1"}, "Ensure this value is greater than or equal to 0."),
        ({"amount": "1.001"}, "EUR has 2 decimals."),
        ({"code": "taken"}, "Another plan has this code."),
        ({"trial_period": "-1"}, "Ensure this value is greater than or equal to 0."),
        (thresholds({"amount": "1"}, {"amount": "1"}), "Two thresholds have the same amount."),
        (
            thresholds({"amount": "1", "recurring": "on"}, {"amount": "2", "recurring": "on"}),
            "Only one threshold may recur.",
        ),
    ],
)
def test_a_wrong_plan_is_refused_with_words(signed_in, typed, words):
    PlanFactory(organization=signed_in.organization, code="taken")

    response = signed_in.post("/plans/new/", PLAN | thresholds() | typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Plan.objects.count() == 1


def test_a_subscribed_plan_is_frozen_against_a_forged_form(signed_in, plan):
    SubscriptionFactory(plan=plan, customer=a_customer(signed_in.organization))
    address = f"/plans/{plan.pk}/edit/"

    page = signed_in.get(address).content.decode()
    forged = PLAN | {"name": "New", "interval": "yearly", "pay_in_advance": "yes", "amount": "20"}
    signed_in.post(address, forged | thresholds())

    plan.refresh_from_db()
    assert "Frozen: there are subscriptions to this plan." in page
    assert "1 active subscription follows a new price" in page
    assert (plan.name, plan.amount_cents) == ("New", 2000)
    assert (plan.interval, plan.pay_in_advance) == ("monthly", False)


def test_the_cost_of_some_units_is_worked_out_as_invoices_are(signed_in, plan, metric):
    row = ChargeFactory(
        plan=plan,
        billable_metric=metric,
        charge_model="package",
        properties={"amount": "12", "package_size": 1000, "free_units": 500},
    )

    page = signed_in.get(f"/plans/{plan.pk}/cost/", {f"units-{row.pk}": "2501"})
    wrong = signed_in.get(f"/plans/{plan.pk}/cost/", {f"units-{row.pk}": "many"})

    assert [one["priced"].cents for one in page.context["cost"]["rows"]] == [3600]
    assert page.context["cost"]["total"] == "€46.00"
    assert wrong.context["cost"]["total"] == "€10.00"


def test_deleting_a_plan_shows_what_it_ends_and_does_that(signed_in):
    sandbox(signed_in.organization)
    invoice = billed(a_customer(signed_in.organization))
    plan = Plan.objects.get()
    address = f"/plans/{plan.pk}/delete/"

    question = signed_in.get(address)
    before = (Invoice.objects.count(), Plan.objects.kept().count())
    response = signed_in.post(address, dict(question.context["hidden"]), follow=True)

    labels = [row["label"] for row in question.context["effects"]]
    assert "A subscription ends" in labels
    assert "An invoice is issued" in labels
    assert before == (1, 1)
    assert said(response) == ["Plan Scale is deleted."]
    assert Plan.objects.kept().count() == 0
    assert Invoice.objects.exclude(pk=invoice.pk).get().fees_amount_cents == 323


def test_a_viewer_and_a_stranger_change_no_plan(signed_in, plan, metric):
    row = ChargeFilterFactory(charge=ChargeFactory(plan=plan, billable_metric=metric)).charge
    foreign = ChargeFactory()
    own, strange = f"/plans/{plan.pk}/", f"/plans/{foreign.plan_id}/"

    missing = [
        signed_in.get(address).status_code
        for address in (
            strange,
            f"{strange}cost/",
            f"{strange}charges/{foreign.pk}/",
            f"{own}charges/{foreign.pk}/",
        )
    ]
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    changes = ["edit/", "delete/", "charges/new/", f"charges/{row.pk}/", "fixed-charges/new/"]
    refused = [signed_in.post(own + path).status_code for path in changes]
    read = [signed_in.get(path).status_code for path in ("/plans/", own, f"{own}cost/")]

    assert (missing, refused, read) == ([404] * 4, [403] * 5, [200] * 3)
