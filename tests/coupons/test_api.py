"""Coupons and applied coupons through the API."""

from datetime import timedelta

import pytest

from activity.models import JournalEntry
from coupons.models import AppliedCoupon, Coupon
from tests.api.client import ApiClient
from tests.api.shapes import missing, surplus
from tests.factories import (
    AT,
    BillableMetricFactory,
    CouponFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db

PERCENT = {
    "name": "Ten percent",
    "code": "ten",
    "coupon_type": "percentage",
    "percentage_rate": 10.0,
    "frequency": "once",
    "expiration": "no_expiration",
    "reusable": False,
}
FIXED = {
    "name": "Five off",
    "code": "five",
    "coupon_type": "fixed_amount",
    "amount_cents": 500,
    "amount_currency": "EUR",
    "frequency": "recurring",
    "frequency_duration": 3,
    "expiration": "time_limit",
    "expiration_at": "2099-01-01T00:00:00Z",
}


def applied(api, customer, code="ten", **overrides):
    body = {"external_customer_id": customer.external_id, "coupon_code": code, **overrides}
    return api.post("/applied_coupons", {"applied_coupon": body})


@pytest.fixture
def customer(api):
    return CustomerFactory(organization=api.organization, external_id="acme", currency=None)


def test_a_coupon_is_created_and_shown_as_the_contract_says(api):
    plan = PlanFactory(organization=api.organization)

    status, body = api.post(
        "/coupons", {"coupon": {**FIXED, "applies_to": {"plan_codes": [plan.code]}}}
    )

    shown = body["coupon"]
    assert status == 200
    assert missing("coupon", shown) == surplus("coupon", shown) == set()
    assert shown | FIXED == shown
    assert (shown["limited_plans"], shown["limited_billable_metrics"]) == (True, False)
    assert (shown["plan_codes"], shown["reusable"]) == ([plan.code], True)
    assert JournalEntry.objects.get(action="coupon.created").source == "api"


def test_a_percentage_is_written_as_text(api):
    _, body = api.post("/coupons", {"coupon": PERCENT | {"amount_currency": None}})

    assert body["coupon"]["percentage_rate"] == "10.0"
    assert body["coupon"]["amount_cents"] is None


@pytest.mark.parametrize(
    ("changed", "errors"),
    [
        ({"name": None}, {"name": ["value_is_mandatory"]}),
        ({"amount_cents": "many"}, {"amount_cents": ["value_is_invalid"]}),
        ({"amount_cents": -1}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"amount_cents": 2**63}, {"amount_cents": ["value_is_out_of_range"]}),
        ({"expiration_at": "soon"}, {"expiration_at": ["invalid_date"]}),
        ({"expiration_at": "2001-01-01"}, {"expiration_at": ["invalid_date"]}),
        (
            {"coupon_type": "percentage", "percentage_rate": 1e300},
            {"percentage_rate": ["value_is_out_of_range"]},
        ),
    ],
)
def test_a_wrong_coupon_is_refused(api, changed, errors):
    status, body = api.post("/coupons", {"coupon": FIXED | changed})

    assert (status, body["error_details"]) == (422, errors)
    assert Coupon.objects.count() == 0


def test_both_kinds_of_limits_are_refused(api):
    plan = PlanFactory(organization=api.organization)
    metric = BillableMetricFactory(organization=api.organization)
    limits = {"plan_codes": [plan.code], "billable_metric_codes": [metric.code]}

    status, body = api.post("/coupons", {"coupon": PERCENT | {"applies_to": limits}})

    assert (status, body["code"]) == (405, "only_one_limitation_type_per_coupon_allowed")
    assert Coupon.objects.count() == 0


def test_coupons_are_listed_found_changed_and_deleted(api):
    api.post("/coupons", {"coupon": PERCENT})
    api.post("/coupons", {"coupon": FIXED})
    stranger = ApiClient(OrganizationFactory())

    _, listed = api.get("/coupons")
    status, changed = api.put("/coupons/five", {"coupon": {"name": "Six off", "amount_cents": 600}})
    _, deleted = api.delete("/coupons/ten")

    assert [coupon["code"] for coupon in listed["coupons"]] == ["five", "ten"]
    assert listed["meta"]["total_count"] == 2
    assert (status, changed["coupon"]["name"], changed["coupon"]["amount_cents"]) == (
        200,
        "Six off",
        600,
    )
    assert changed["coupon"]["frequency_duration"] == 3
    assert deleted["coupon"]["code"] == "ten"
    assert api.get("/coupons/ten") == (
        404,
        {"status": 404, "error": "Not Found", "code": "coupon_not_found"},
    )
    assert stranger.get("/coupons/five")[0] == 404


def test_the_terms_of_an_applied_coupon_stay(api, customer):
    api.post("/coupons", {"coupon": FIXED})
    applied(api, customer, "five")

    status, body = api.put("/coupons/five", {"coupon": {"name": "New", "amount_cents": 600}})

    assert (status, body["coupon"]["name"], body["coupon"]["amount_cents"]) == (200, "New", 500)


def test_a_coupon_is_applied_and_shown_as_the_contract_says(api, customer):
    api.post("/coupons", {"coupon": FIXED})

    status, body = applied(api, customer, "five", amount_cents=400, frequency="once")

    shown = body["applied_coupon"]
    assert status == 200
    assert missing("applied_coupon", shown) == {"credits"}
    assert surplus("applied_coupon", shown) == set()
    assert (shown["external_customer_id"], shown["coupon_code"]) == ("acme", "five")
    assert (shown["amount_cents"], shown["amount_cents_remaining"], shown["frequency"]) == (
        400,
        400,
        "once",
    )
    customer.refresh_from_db()
    assert customer.currency == "EUR"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"coupon_code": "ten"}, 404, "customer_not_found"),
        ({"external_customer_id": "nobody", "coupon_code": "ten"}, 404, "customer_not_found"),
        ({"external_customer_id": "acme"}, 404, "coupon_not_found"),
        ({"external_customer_id": "acme", "coupon_code": "none"}, 404, "coupon_not_found"),
    ],
)
def test_an_unknown_customer_or_coupon_is_not_found(api, customer, body, status, code):
    api.post("/coupons", {"coupon": PERCENT})

    answer = api.post("/applied_coupons", {"applied_coupon": body})

    assert (answer[0], answer[1]["code"]) == (status, code)
    assert AppliedCoupon.objects.count() == 0


def test_refusals_of_an_application(api, customer):
    plan = PlanFactory(organization=api.organization)
    api.post("/coupons", {"coupon": PERCENT | {"applies_to": {"plan_codes": [plan.code]}}})
    api.post("/coupons", {"coupon": FIXED | {"applies_to": {"plan_codes": [plan.code]}}})
    CouponFactory(organization=api.organization, code="usd", amount_currency="USD")
    customer.currency = "EUR"
    customer.save()
    applied(api, customer)

    overlap = applied(api, customer, "five")
    twice = applied(api, customer)
    currency = applied(api, customer, "usd")

    assert (overlap[0], overlap[1]["code"]) == (405, "plan_overlapping")
    assert (twice[0], twice[1]["code"]) == (405, "plan_overlapping")
    assert (currency[0], currency[1]["error_details"]) == (
        422,
        {"currency": ["currencies_does_not_match"]},
    )
    assert AppliedCoupon.objects.count() == 1


def test_a_coupon_that_may_be_used_once_is_refused_twice(api, customer):
    api.post("/coupons", {"coupon": PERCENT})
    applied(api, customer)

    status, body = applied(api, customer)

    assert (status, body["error_details"]) == (422, {"coupon": ["coupon_is_not_reusable"]})


def test_applied_coupons_are_listed_and_filtered(api, customer):
    api.post("/coupons", {"coupon": PERCENT})
    api.post("/coupons", {"coupon": FIXED})
    other = CustomerFactory(organization=api.organization)
    deleted = CustomerFactory(organization=api.organization)
    for owner, code in ((customer, "ten"), (customer, "five"), (other, "ten"), (deleted, "ten")):
        applied(api, owner, code)
    deleted.deleted_at = AT + timedelta(days=1)
    deleted.save()

    def codes(path, **filters):
        _, body = api.get(path, **filters)
        return [row["coupon_code"] for row in body["applied_coupons"]]

    assert codes("/applied_coupons") == ["ten", "five", "ten"]
    assert codes("/applied_coupons", external_customer_id="acme") == ["five", "ten"]
    assert codes("/applied_coupons", external_customer_id=deleted.external_id) == []
    assert codes("/applied_coupons", status="terminated") == []
    assert codes("/applied_coupons", **{"coupon_code[]": "five"}) == ["five"]
    assert codes("/customers/acme/applied_coupons") == ["five", "ten"]
    _, body = api.get("/applied_coupons", external_customer_id="acme")
    assert missing("applied_coupon", body["applied_coupons"][0]) == set()
    assert api.get(f"/customers/{deleted.external_id}/applied_coupons")[0] == 404


def test_a_coupon_is_taken_off_a_customer(api, customer):
    api.post("/coupons", {"coupon": PERCENT})
    _, body = applied(api, customer)
    path = f"/customers/acme/applied_coupons/{body['applied_coupon']['lago_id']}"
    other = CustomerFactory(organization=api.organization)

    foreign = api.delete(path.replace("acme", other.external_id))
    status, removed = api.delete(path)

    assert (foreign[0], foreign[1]["code"]) == (404, "applied_coupon_not_found")
    assert (status, removed["applied_coupon"]["status"]) == (200, "terminated")
    assert removed["applied_coupon"]["terminated_at"] is not None
