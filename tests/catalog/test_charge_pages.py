"""Pages of charges: every model, tiers, filters, fixed charges, prices tried out."""

import pytest

from catalog.models import Charge, ChargeFilter, FixedCharge
from tests.factories import (
    AddOnFactory,
    BillableMetricFactory,
    BillableMetricFilterFactory,
    ChargeFactory,
    PlanFactory,
    SubscriptionFactory,
)
from tests.invoices.given import a_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(signed_in):
    return PlanFactory(organization=signed_in.organization, name="Scale")


@pytest.fixture
def metric(signed_in):
    return BillableMetricFactory(organization=signed_in.organization, name="Calls", code="calls")


def said(response):
    return [str(message) for message in response.context["messages"]]


def tiers(*rows):
    data = {"ranges-TOTAL_FORMS": len(rows), "ranges-INITIAL_FORMS": 0}
    for number, (up_to, price, flat) in enumerate(rows):
        named = {"up_to": up_to, "price": price, "flat": flat}
        data |= {f"ranges-{number}-{key}": value for key, value in named.items()}
    return data


def charge(metric, model="standard", *, ranges=(), **typed):
    sent = {"billable_metric_id": metric.pk, "charge_model": model, "pay_in_advance": "no"}
    return sent | tiers(*ranges) | typed


TIERS = (("100", "0", ""), ("", "0.4", "10"))


@pytest.mark.parametrize(
    ("model", "ranges", "typed", "stored"),
    [
        ("standard", (), {"amount": "0.05"}, {"amount": "0.05"}),
        (
            "package",
            (),
            {"amount": "12", "package_size": "1000", "free_units": "5"},
            {"amount": "12", "package_size": 1000, "free_units": 5},
        ),
        (
            "percentage",
            (),
            {"rate": "1.2", "fixed_amount": "0.1", "free_events": "3"},
            {"rate": "1.2", "fixed_amount": "0.1", "free_units_per_events": 3},
        ),
        (
            "graduated",
            TIERS,
            {},
            {
                "graduated_ranges": [
                    {"from_value": 0, "to_value": 100, "per_unit_amount": "0", "flat_amount": "0"},
                    {
                        "from_value": 101,
                        "to_value": None,
                        "per_unit_amount": "0.4",
                        "flat_amount": "10",
                    },
                ]
            },
        ),
        (
            "volume",
            (("", "2", ""),),
            {},
            {
                "volume_ranges": [
                    {"from_value": 0, "to_value": None, "per_unit_amount": "2", "flat_amount": "0"}
                ]
            },
        ),
        (
            "graduated_percentage",
            (("", "2", ""),),
            {},
            {
                "graduated_percentage_ranges": [
                    {"from_value": 0, "to_value": None, "rate": "2", "flat_amount": "0"}
                ]
            },
        ),
    ],
)
def test_charges_of_every_model_are_added(signed_in, plan, model, ranges, typed, stored):
    metric = BillableMetricFactory(
        organization=signed_in.organization, aggregation_type="sum_agg", field_name="gb"
    )
    sent = charge(metric, model, ranges=ranges, **typed)

    response = signed_in.post(f"/plans/{plan.pk}/charges/new/", sent)

    assert response.status_code == 303, response.context["form"].errors
    added = Charge.objects.get()
    assert (added.charge_model, added.properties) == (model, stored)
    assert signed_in.get(f"/plans/{plan.pk}/charges/{added.pk}/").status_code == 200


def test_what_a_form_shows_of_a_charge_is_stored_as_it_was(signed_in, plan, metric):
    signed_in.post(f"/plans/{plan.pk}/charges/new/", charge(metric, "graduated", ranges=TIERS))
    added = Charge.objects.get()
    before = added.properties

    page = signed_in.get(f"/plans/{plan.pk}/charges/{added.pk}/")
    shown = [
        [form[name].value() or "" for name in ("up_to", "price", "flat")]
        for form in page.context["ranges"]
    ]
    signed_in.post(
        f"/plans/{plan.pk}/charges/{added.pk}/", charge(metric, "graduated", ranges=shown)
    )

    added.refresh_from_db()
    assert shown == [[100, "0", ""], ["", "0.4", "10"]]
    assert added.properties == before


def test_two_who_price_the_same_charge_see_each_other(signed_in, plan, metric):
    signed_in.post(f"/plans/{plan.pk}/charges/new/", charge(metric, "graduated", ranges=TIERS))
    stored = Charge.objects.get()
    address = f"/plans/{plan.pk}/charges/{stored.pk}/"
    form = signed_in.get(address).context["form"]
    held = {name: form[name].value() for name in ("seen", "tiers")}
    mine = charge(metric, "graduated", ranges=(("", "0.3", ""),), code=stored.code) | held
    theirs = (("50", "0", ""), ("", "0.5", ""))
    signed_in.post(address, charge(metric, "graduated", ranges=theirs, code=stored.code))

    refused = signed_in.post(address, mine | {"invoice_display_name": "Mine"})
    again = mine | {name: refused.context["form"][name].value() for name in held}
    stored.refresh_from_db()
    kept = stored.properties["graduated_ranges"][0]["to_value"]
    signed_in.post(address, again)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["tiers"]
    assert "changed this to 50: 0; …: 0.5." in refused.content.decode()
    stored.refresh_from_db()
    assert kept == 50
    assert [row["per_unit_amount"] for row in stored.properties["graduated_ranges"]] == ["0.3"]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"model": "standard"}, "This field is required."),
        ({"model": "package", "amount": "1"}, "This field is required."),
        (
            {"model": "graduated", "ranges": (("10", "1", ""), ("20", "1", ""))},
            "Leave the last unit of the last tier empty, and only that.",
        ),
        (
            {"model": "graduated", "ranges": (("20", "1", ""), ("10", "1", ""), ("", "1", ""))},
            "Each tier ends after the one before it.",
        ),
        ({"model": "volume", "ranges": (("", "", ""),)}, "This field is required."),
        (
            {"model": "volume", "ranges": (("", "1", ""),), "pay_in_advance": "yes"},
            "Invalid aggregation type or charge model.",
        ),
        (
            {"model": "standard", "amount": "1", "prorated": "on"},
            "Invalid billable metric or charge model.",
        ),
    ],
)
def test_a_wrong_charge_is_refused_with_words(signed_in, plan, metric, sent, words):
    response = signed_in.post(f"/plans/{plan.pk}/charges/new/", charge(metric, **sent))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Charge.objects.count() == 0


def test_the_price_of_a_subscribed_charge_changes_and_its_model_does_not(signed_in, plan, metric):
    row = ChargeFactory(plan=plan, billable_metric=metric, properties={"amount": "1"})
    SubscriptionFactory(plan=plan, customer=a_customer(signed_in.organization))
    address = f"/plans/{plan.pk}/charges/{row.pk}/"

    page = signed_in.get(address).content.decode()
    signed_in.post(address, charge(metric, "dynamic", amount="3"))

    row.refresh_from_db()
    assert "Frozen: there are subscriptions to this plan." in page
    assert (row.charge_model, row.properties) == ("standard", {"amount": "3"})


def test_a_charge_is_taken_out_after_a_question(signed_in, plan, metric):
    row = ChargeFactory(plan=plan, billable_metric=metric)
    address = f"/plans/{plan.pk}/charges/{row.pk}/delete/"

    question = signed_in.get(address).content.decode()
    response = signed_in.post(address, follow=True)

    assert "Take Calls out of Scale?" in question
    assert said(response) == ["Calls is not priced in Scale any more."]
    assert Charge.objects.kept().count() == 0


def test_a_filter_prices_some_events_differently(signed_in, plan, metric):
    BillableMetricFilterFactory(billable_metric=metric, key="region", values=["eu", "us"])
    row = ChargeFactory(plan=plan, billable_metric=metric)
    base = f"/plans/{plan.pk}/charges/{row.pk}/filters/"

    nothing = signed_in.post(base + "new/", tiers() | {"amount": "2"})
    signed_in.post(base + "new/", tiers() | {"amount": "2", "key-region": ["us"]})
    added = ChargeFilter.objects.get()
    signed_in.post(f"{base}{added.pk}/", tiers() | {"amount": "3", "key-region": ["us", "eu"]})
    changed = ChargeFilter.objects.get()
    signed_in.post(f"{base}{added.pk}/delete/")

    assert (nothing.status_code, nothing.context["form"].errors) == (
        422,
        {"key-region": ["Choose at least one value."]},
    )
    assert (added.values, added.properties) == ({"region": ["us"]}, {"amount": "2"})
    assert changed.properties == {"amount": "3"}
    assert sorted(changed.values["region"]) == ["eu", "us"]
    assert ChargeFilter.objects.kept().count() == 0


def test_fixed_charges_are_added_changed_and_taken_out(signed_in, plan):
    add_on = AddOnFactory(organization=signed_in.organization, name="Retention")
    base = f"/plans/{plan.pk}/fixed-charges/"
    sent = tiers() | {
        "add_on_id": add_on.pk,
        "units": "2",
        "charge_model": "standard",
        "amount": "90",
        "pay_in_advance": "no",
    }

    refused = signed_in.post(base + "new/", sent | {"units": ""})
    signed_in.post(base + "new/", sent)
    row = FixedCharge.objects.get()
    signed_in.post(f"{base}{row.pk}/", sent | {"units": "3"})
    changed = FixedCharge.objects.get()
    signed_in.post(f"{base}{row.pk}/delete/")

    assert refused.status_code == 422
    assert (row.units, row.properties) == (2, {"amount": "90"})
    assert changed.units == 3
    assert FixedCharge.objects.kept().count() == 0


def test_the_price_that_is_typed_is_tried_out(signed_in, plan, metric):
    address = f"/plans/{plan.pk}/charges/example/"
    sent = charge(metric, "graduated", ranges=TIERS)

    found = signed_in.post(address, sent | {"units_example": "150"}).context["found"]
    half = signed_in.post(address, {"charge_model": "standard", "units_example": "5"})

    assert [step["label"] for step in found.steps] == [
        "Units 1 to 100",
        "Units from 101 on",
        "Flat amount of the tier",
    ]
    assert (found.cents, found.total) == (3000, "€30.00")
    assert half.context["found"] is None
    assert Charge.objects.count() == 0
