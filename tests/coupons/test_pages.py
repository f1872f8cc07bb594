"""Pages of coupons: what they show, what they refuse, who may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from coupons.models import AppliedCoupon, Coupon
from tests.factories import (
    AT,
    AppliedCouponFactory,
    CouponFactory,
    CustomerFactory,
    PlanFactory,
)

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Five off",
    "code": "five",
    "coupon_type": "fixed_amount",
    "amount": "5.00",
    "amount_currency": "EUR",
    "frequency": "once",
    "reusable": "on",
    "limited_to": "none",
}


@pytest.fixture
def customer(signed_in):
    return CustomerFactory(organization=signed_in.organization, name="Hooli", currency=None)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_a_coupon_is_created_and_said_so(signed_in):
    plan = PlanFactory(organization=signed_in.organization)

    response = signed_in.post(
        "/coupons/new/",
        FORM | {"limited_to": "plans", "plan_codes": [plan.code]},
        follow=True,
    )

    coupon = Coupon.objects.get()
    assert response.redirect_chain == [(f"/coupons/{coupon.pk}/", 303)]
    assert messages_of(response) == ["Coupon Five off is created."]
    assert (coupon.amount_cents, coupon.amount_currency, coupon.expiration) == (
        500,
        "EUR",
        "no_expiration",
    )
    assert list(coupon.plans.all()) == [plan]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"amount": ""}, "amount", "This field is required."),
        ({"amount": "5.001"}, "amount", "EUR has 2 decimals."),
        ({"amount": "0"}, "amount", "Write an amount above 0."),
        ({"code": "taken"}, "code", "Another coupon has this code."),
        (
            {"frequency": "recurring", "frequency_duration": "0"},
            "frequency_duration",
            "This number is outside the allowed range.",
        ),
        ({"amount": "-1"}, "amount", "Ensure this value is greater than or equal to 0."),
        ({"frequency": "recurring"}, "frequency_duration", "This field is required."),
        ({"coupon_type": "percentage"}, "percentage_rate", "This field is required."),
        *(
            (
                {"coupon_type": "percentage", "percentage_rate": rate},
                "percentage_rate",
                "Write a percentage above 0, of at most 100.",
            )
            for rate in ("100.01", "0", "-5")
        ),
        ({"expiration_at": "2001-01-01T00:00"}, "expiration_at", "This date is not possible here."),
    ],
)
def test_a_wrong_coupon_is_refused_with_words_on_the_field(signed_in, typed, field, said):
    CouponFactory(organization=signed_in.organization, code="taken")

    response = signed_in.post("/coupons/new/", FORM | typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [said]}
    assert Coupon.objects.count() == 1


def test_the_expiration_is_typed_in_the_zone_of_the_organization(signed_in):
    organization = signed_in.organization
    organization.timezone = "America/New_York"
    organization.save()
    tomorrow = (timezone.now() + timedelta(days=2)).date()

    signed_in.post("/coupons/new/", FORM | {"expiration_at": f"{tomorrow}T00:00"})

    at = Coupon.objects.get().expiration_at
    assert (
        at.astimezone(timezone.zoneinfo.ZoneInfo("America/New_York"))
        .isoformat()
        .startswith(f"{tomorrow}T00:00")
    )


def test_the_terms_of_an_applied_coupon_are_locked_against_a_forged_form(signed_in, customer):
    coupon = CouponFactory(organization=signed_in.organization, name="Old")
    AppliedCouponFactory(coupon=coupon, customer=customer)
    address = f"/coupons/{coupon.pk}/edit/"

    page = signed_in.get(address)
    signed_in.post(address, FORM | {"name": "New", "amount": "999"})

    coupon.refresh_from_db()
    assert "Locked: applied to a customer." in page.content.decode()
    assert (coupon.name, coupon.amount_cents) == ("New", 500)


def test_a_coupon_is_applied_with_changed_terms(signed_in, customer):
    coupon = CouponFactory(organization=signed_in.organization, name="Five off")
    address = f"/customers/{customer.pk}/coupons/apply/"

    chosen = signed_in.get(address, {"coupon": coupon.pk})
    response = signed_in.post(
        address,
        {
            "coupon": coupon.pk,
            "amount": "3.50",
            "amount_currency": "EUR",
            "frequency": "recurring",
            "frequency_duration": "2",
        },
        follow=True,
    )

    applied = AppliedCoupon.objects.get()
    assert 'value="5.00"' in chosen.content.decode()
    assert messages_of(response) == ["Coupon Five off is applied to Hooli."]
    assert (applied.amount_cents, applied.frequency_duration) == (350, 2)
    assert "€3.50 off for 2 periods" in response.content.decode()


def test_a_refused_application_says_why_and_changes_nothing(signed_in, customer):
    coupon = CouponFactory(organization=signed_in.organization)
    customer.currency = "USD"
    customer.save()

    response = signed_in.post(
        f"/customers/{customer.pk}/coupons/apply/",
        {"coupon": coupon.pk, "amount": "5", "amount_currency": "EUR", "frequency": "once"},
    )

    assert response.status_code == 422
    assert "This customer is billed in USD, not in EUR." in response.content.decode()
    assert AppliedCoupon.objects.count() == 0


def test_without_a_coupon_only_a_coupon_is_asked_for(signed_in, customer):
    CouponFactory(organization=signed_in.organization)

    response = signed_in.post(f"/customers/{customer.pk}/coupons/apply/", {"coupon": ""})

    assert response.status_code == 422
    assert response.context["form"].errors == {"coupon": ["This field is required."]}


def test_a_coupon_is_taken_off_after_a_question(signed_in, customer):
    coupon = CouponFactory(organization=signed_in.organization, name="Five off")
    applied = AppliedCouponFactory(coupon=coupon, customer=customer)
    address = f"/customers/{customer.pk}/coupons/{applied.pk}/remove/"

    question = signed_in.get(address)
    still = AppliedCoupon.objects.get().status
    response = signed_in.post(address, follow=True)

    assert "Take Five off off Hooli?" in question.content.decode()
    assert still == "active"
    assert messages_of(response) == ["Coupon Five off is taken off Hooli."]
    assert AppliedCoupon.objects.get().status == "terminated"


def test_terminating_keeps_applications_and_deleting_ends_them(signed_in, customer):
    coupon = CouponFactory(organization=signed_in.organization)
    applied = AppliedCouponFactory(coupon=coupon, customer=customer)

    question = signed_in.get(f"/coupons/{coupon.pk}/terminate/").content.decode()
    signed_in.post(f"/coupons/{coupon.pk}/terminate/")
    applied.refresh_from_db()
    after_end = applied.status
    response = signed_in.post(f"/coupons/{coupon.pk}/delete/", follow=True)

    applied.refresh_from_db()
    assert "1 customer keeps it" in question
    assert (after_end, applied.status) == ("active", "terminated")
    assert response.redirect_chain == [("/coupons/", 303)]
    assert signed_in.get(f"/coupons/{coupon.pk}/").status_code == 404


def test_a_viewer_sees_coupons_and_changes_none(signed_in, customer):
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    coupon = CouponFactory(organization=signed_in.organization)
    applied = AppliedCouponFactory(coupon=coupon, customer=customer)
    own, its = f"/coupons/{coupon.pk}/", f"/customers/{customer.pk}/coupons/"

    seen = [signed_in.get(address).status_code for address in ("/coupons/", own, its)]
    changes = ["/coupons/new/", own + "edit/", own + "terminate/", own + "delete/"]
    changes += [its + "apply/", f"{its}{applied.pk}/remove/"]
    refused = [signed_in.post(address, FORM).status_code for address in changes]

    assert seen == [200, 200, 200]
    assert refused == [403] * 6
    assert "Create a coupon" not in signed_in.get("/coupons/").content.decode()
    assert Coupon.objects.kept().count() == 1
    assert AppliedCoupon.objects.active().count() == 1


def test_coupons_of_another_organization_are_not_found(signed_in):
    foreign = AppliedCouponFactory()
    addresses = [f"/coupons/{foreign.coupon_id}/", f"/coupons/{foreign.coupon_id}/edit/"]
    addresses += [f"/customers/{foreign.customer_id}/coupons/"]
    addresses += [f"/customers/{foreign.customer_id}/coupons/{foreign.pk}/remove/"]

    assert [signed_in.get(address).status_code for address in addresses] == [404] * 4


def test_the_list_is_searched_filtered_and_exported(signed_in):
    organization = signed_in.organization
    CouponFactory(organization=organization, name="Spring", code="spring")
    CouponFactory(organization=organization, name="Autumn", code="autumn", terminated_at=AT)

    def shown(**query):
        page = signed_in.get("/coupons/", query).content.decode()
        return [name for name in ("Spring", "Autumn") if f">{name}</a>" in page]

    assert shown() == ["Spring", "Autumn"]
    assert shown(q="spri") == ["Spring"]
    assert shown(status="terminated") == ["Autumn"]
    assert shown(type="percentage") == []
    exported = b"".join(signed_in.get("/coupons/", {"export": "csv"}).streaming_content).decode()
    assert exported.count("\n") == 3
