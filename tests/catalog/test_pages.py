"""Pages of metrics, add-ons and taxes: what they show, change, freeze and refuse."""

from datetime import UTC, datetime

import pytest

from catalog.models import AddOn, BillableMetric, Tax
from tests.factories import (
    AddOnFactory,
    BillableMetricFactory,
    ChargeFactory,
    CouponFactory,
    MembershipFactory,
    PlanFactory,
    TaxFactory,
)

pytestmark = pytest.mark.django_db

AT = datetime(2024, 5, 1, tzinfo=UTC)
METRIC = {"name": "Calls", "code": "calls", "aggregation_type": "count_agg"}
TAX = {"name": "VAT", "code": "vat", "rate": "19"}
ADD_ON = {"name": "Set-up", "code": "setup", "amount": "10.50", "amount_currency": "EUR"}


def said(response):
    return [str(message) for message in response.context["messages"]]


def filters(*pairs, **more):
    data = {"filters-TOTAL_FORMS": len(pairs), "filters-INITIAL_FORMS": 0}
    for number, (key, values) in enumerate(pairs):
        data |= {f"filters-{number}-key": key, f"filters-{number}-values": values}
    return data | more


def test_two_who_edit_a_metric_see_each_other_s_filters(signed_in):
    signed_in.post("/metrics/new/", METRIC | filters(("region", "eu")))
    metric = BillableMetric.objects.get()
    edit = f"/metrics/{metric.pk}/edit/"
    stamp = {"filters-seen": signed_in.get(edit).context["rows"].seen}
    signed_in.post(edit, METRIC | filters(("region", "eu, us"), ("tier", "gold")))
    mine = METRIC | filters(("region", "eu, asia"), ("size", "big"))

    refused = signed_in.post(edit, mine | stamp)
    kept = dict(metric.filters.values_list("key", "values"))
    chosen = {"filters-region-choice": "mine", "filters-tier-choice": "theirs"}
    chosen["filters-seen"] = refused.context["rows"].seen
    signed_in.post(edit, mine | chosen)

    assert refused.status_code == 422
    shown = [(one.mine, one.theirs) for one in refused.context["rows"].conflicts]
    assert shown == [("region · eu, asia", "region · eu, us"), ("nothing", "tier · gold")]
    assert kept == {"region": ["eu", "us"], "tier": ["gold"]}
    assert dict(metric.filters.values_list("key", "values")) == {
        "region": ["eu", "asia"],
        "size": ["big"],
        "tier": ["gold"],
    }


def test_a_metric_is_created_with_its_filters(signed_in):
    sent = METRIC | filters(("region", "eu, us,eu"))

    response = signed_in.post("/metrics/new/", sent, follow=True)

    metric = BillableMetric.objects.get()
    assert said(response) == ["Metric Calls is created."]
    assert response.redirect_chain == [(f"/metrics/{metric.pk}/", 303)]
    assert list(metric.filters.values_list("key", "values")) == [("region", ["eu", "us"])]
    assert '"code": "calls"' in response.context["sample"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"code": "taken"}, "Another billable metric has this code."),
        ({"aggregation_type": "sum_agg"}, "This is required."),
        (
            {"aggregation_type": "sum_agg", "field_name": "gb", "expression": "1 +"},
            "Invalid expression",
        ),
        (filters(("region", " , ")), "Write at least one value."),
        (filters(("region", "eu"), ("region", "us")), "Write each property once."),
    ],
)
def test_a_wrong_metric_is_refused_with_words(signed_in, typed, words):
    BillableMetricFactory(organization=signed_in.organization, code="taken")

    response = signed_in.post("/metrics/new/", METRIC | filters() | typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert BillableMetric.objects.count() == 1


def test_a_filter_is_added_without_a_script(signed_in):
    page = signed_in.post("/metrics/new/", METRIC | filters(**{"add-row": "filters"}))

    assert (page.status_code, len(page.context["rows"].forms)) == (200, 1)
    assert BillableMetric.objects.count() == 0


def test_a_priced_metric_is_frozen_against_a_forged_form(signed_in):
    metric = BillableMetricFactory(organization=signed_in.organization, name="Calls", code="calls")
    ChargeFactory(plan=PlanFactory(organization=signed_in.organization), billable_metric=metric)
    address = f"/metrics/{metric.pk}/edit/"

    page = signed_in.get(address).content.decode()
    forged = {"name": "Requests", "code": "x", "aggregation_type": "sum_agg", "field_name": "gb"}
    signed_in.post(address, forged | filters())

    metric.refresh_from_db()
    assert "Frozen: a plan prices this metric." in page
    assert (metric.name, metric.code, metric.aggregation_type) == ("Requests", "calls", "count_agg")


def test_deleting_a_metric_says_which_plans_lose_a_charge(signed_in):
    metric = BillableMetricFactory(organization=signed_in.organization, name="Calls")
    plan = PlanFactory(organization=signed_in.organization, name="Scale")
    charge = ChargeFactory(plan=plan, billable_metric=metric)

    question = signed_in.get(f"/metrics/{metric.pk}/delete/")
    kept = BillableMetric.objects.kept().count()
    response = signed_in.post(f"/metrics/{metric.pk}/delete/", follow=True)

    assert question.context["effects"][0]["label"] == "1 charge ends"
    assert question.context["effects"][0]["detail"] == "Scale"
    charge.refresh_from_db()
    assert (kept, charge.deleted_at is None) == (1, False)
    assert said(response) == ["Metric Calls is deleted."]


def test_a_tax_is_created_edited_and_deleted(signed_in):
    signed_in.post("/taxes/new/", TAX | {"applied_to_organization": "on"}, follow=True)
    tax = Tax.objects.get()
    PlanFactory(organization=signed_in.organization).taxes.add(tax)
    own = f"/taxes/{tax.pk}/"

    saved = signed_in.post(own + "edit/", TAX | {"rate": "20"}, follow=True)
    question = signed_in.get(own + "delete/")
    deleted = signed_in.post(own + "delete/", follow=True)

    assert (tax.rate, tax.applied_to_organization) == (19, True)
    assert said(saved) == ["Tax VAT is saved."]
    tax.refresh_from_db()
    assert (tax.rate, tax.applied_to_organization) == (20, False)
    assert question.context["effects"][0]["label"] == "It is taken off 1 plan"
    assert said(deleted) == ["Tax VAT is deleted."]
    assert signed_in.get(own).status_code == 404


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"rate": "-1"}, "rate", "Ensure this value is greater than or equal to 0."),
        ({"code": "taken"}, "code", "Another tax has this code."),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_a_wrong_tax_is_refused_with_words_on_the_field(signed_in, typed, field, words):
    TaxFactory(organization=signed_in.organization, code="taken")

    response = signed_in.post("/taxes/new/", TAX | typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert Tax.objects.count() == 1


def test_an_add_on_is_created_edited_and_deleted(signed_in):
    tax = TaxFactory(organization=signed_in.organization)
    signed_in.post("/add-ons/new/", ADD_ON | {"tax_codes": [tax.code]})
    add_on = AddOn.objects.get()
    own = f"/add-ons/{add_on.pk}/"

    signed_in.post(own + "edit/", ADD_ON | {"amount": "12"})
    changed = AddOn.objects.get()
    question = signed_in.get(own + "delete/")
    signed_in.post(own + "delete/")

    assert (add_on.amount_cents, changed.amount_cents, changed.taxes.count()) == (1050, 1200, 0)
    assert "0 plans go on billing it" in [row["label"] for row in question.context["effects"]]
    assert AddOn.objects.kept().count() == 0


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"amount": "1.001"}, "amount", "EUR has 2 decimals."),
        ({"amount": ""}, "amount", "This field is required."),
        ({"code": "taken"}, "code", "Another add-on has this code."),
    ],
)
def test_a_wrong_add_on_is_refused_with_words_on_the_field(signed_in, typed, field, words):
    AddOnFactory(organization=signed_in.organization, code="taken")

    response = signed_in.post("/add-ons/new/", ADD_ON | typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert AddOn.objects.count() == 1


KINDS = [
    ("metrics", BillableMetricFactory, METRIC | filters()),
    ("taxes", TaxFactory, TAX),
    ("add-ons", AddOnFactory, ADD_ON),
]


@pytest.mark.parametrize(("folder", "factory", "sent"), KINDS)
def test_a_viewer_reads_and_a_stranger_finds_nothing(signed_in, folder, factory, sent):
    own, foreign = factory(organization=signed_in.organization), factory()
    strange = MembershipFactory().organization
    signed_in.membership.role = "viewer"
    signed_in.membership.save()

    read = [signed_in.get(f"/{folder}/{path}").status_code for path in ("", f"{own.pk}/")]
    changes = ["new/", f"{own.pk}/edit/", f"{own.pk}/delete/"]
    refused = [signed_in.post(f"/{folder}/{path}", sent).status_code for path in changes]

    assert (read, refused) == ([200, 200], [403, 403, 403])
    assert signed_in.get(f"/{folder}/{foreign.pk}/").status_code == 404
    assert type(own).objects.of(signed_in.organization).count() == 1
    assert type(own).objects.of(strange).count() == 0


@pytest.mark.parametrize(("folder", "factory", "sent"), KINDS)
def test_lists_are_searched_sorted_and_exported(signed_in, folder, factory, sent):
    for name in ("Beta", "Alpha"):
        factory(organization=signed_in.organization, name=name, code=name.lower())

    def names(**query):
        return [row.name for row in signed_in.get(f"/{folder}/", query).context["listing"].rows]

    assert names() == ["Alpha", "Beta"]
    assert names(sort="-name") == ["Beta", "Alpha"]
    assert names(q="bet") == ["Beta"]
    exported = b"".join(signed_in.get(f"/{folder}/", {"export": "csv"}).streaming_content)
    assert exported.decode().count("\n") == 3


DELETABLE = [
    ("metrics", BillableMetricFactory),
    ("plans", PlanFactory),
    ("add-ons", AddOnFactory),
    ("coupons", CouponFactory),
]


@pytest.mark.parametrize(("folder", "factory"), DELETABLE)
def test_what_was_deleted_is_listed_on_demand(signed_in, folder, factory):
    organization = signed_in.organization
    factory(organization=organization, name="Kept", code="kept")
    gone = factory(organization=organization, name="Gone", code="kept", deleted_at=AT)

    usual = signed_in.get(f"/{folder}/")
    page = signed_in.get(f"/{folder}/", {"status": "deleted"})
    file = signed_in.get(f"/{folder}/", {"status": "deleted", "export": "csv"})

    rows = [[row.name for row in one.context["listing"].rows] for one in (usual, page)]
    assert rows == [["Kept"], ["Gone"]]
    [chip] = page.context["listing"].chips
    assert (chip.label, chip.value, chip.url) == ("Status", "Deleted", f"/{folder}/")
    assert f"/{folder}/{gone.pk}/" not in page.content.decode()
    assert "Deleted <" in page.content.decode()
    exported = b"".join(file.streaming_content).decode().splitlines()
    assert exported[0].endswith(",deleted")
    assert exported[1].endswith(",2024-05-01 00:00:00+00:00")
