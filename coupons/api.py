"""Endpoints of coupons and of their applications."""

from __future__ import annotations

from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from ninja import Query, Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from coupons import operations
from coupons.models import AppliedCoupon, AppliedCouponRows, Coupon
from coupons.schemas import (
    AppliedCouponIn,
    AppliedCouponOut,
    CouponIn,
    CouponOut,
    applied_coupons_out,
    coupon_out,
    shown_applied_coupon,
    with_credits,
    with_limits,
)
from customers.models import Customer

router = Router(tags=["coupons"])
CouponBody = root_in("coupon", CouponIn)
AppliedBody = root_in("applied_coupon", AppliedCouponIn)
ONE = root_out("coupon", CouponOut)
ONE_APPLIED = root_out("applied_coupon", AppliedCouponOut)
MANY_APPLIED = list_out("applied_coupons", AppliedCouponOut)


@router.post("/coupons", response=ONE)
def create(request: ApiRequest, body: CouponBody) -> HttpResponse:
    """Create a coupon."""
    asked: CouponIn = body.coupon
    coupon = operations.create(
        request.organization,
        columns=asked.columns(),
        limits=asked.applies_to.limits() if asked.applies_to else None,
        actor=request.actor,
        at=request.at,
    )
    return _answer(coupon)


@router.get("/coupons", response=list_out("coupons", CouponOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List coupons: those on offer first, then by expiration, newest first."""
    rows = with_limits(Coupon.objects.of(request.organization).kept()).order_by(
        F("terminated_at").desc(nulls_first=True),
        F("expiration_at").asc(nulls_last=True),
        "-created_at",
        "-pk",
    )
    return paged(request, "coupons", rows, coupon_out)


@router.get("/coupons/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return one coupon."""
    return _answer(_find(request, code))


@router.put("/coupons/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: CouponBody) -> HttpResponse:
    """Change a coupon; once it has been applied, its name, description and expiration only."""
    coupon, asked = _find(request, code), body.coupon
    is_applied = coupon.applied_coupons.exists()
    locked = operations.LOCKED_COLUMNS if is_applied else frozenset()
    given = {name: value for name, value in asked.columns().items() if name not in locked}
    limits = None if is_applied or asked.applies_to is None else asked.applies_to.limits()
    coupon = operations.update(
        coupon, columns=given, limits=limits, actor=request.actor, at=request.at
    )
    return _answer(coupon)


@router.delete("/coupons/{code}", response=ONE)
def delete(request: ApiRequest, code: str) -> HttpResponse:
    """Delete a coupon; its active applications end."""
    return _answer(operations.delete(_find(request, code), actor=request.actor, at=request.at))


@router.post("/applied_coupons", response=ONE_APPLIED)
def apply(request: ApiRequest, body: AppliedBody) -> HttpResponse:
    """Apply a coupon to a customer."""
    asked: AppliedCouponIn = body.applied_coupon
    customer = _find_customer(request, asked.external_customer_id)
    offered = Coupon.objects.of(request.organization).offered()
    applied = operations.apply(
        find(offered, "coupon", code=asked.coupon_code or ""),
        customer=customer,
        overrides=asked.overrides(),
        actor=request.actor,
        at=request.at,
    )
    return answer("applied_coupon", shown_applied_coupon(applied.pk))


@router.get("/applied_coupons", response=MANY_APPLIED)
def list_applied(
    request: ApiRequest,
    external_customer_id: str | None = None,
    status: str | None = None,
    coupon_code: list[str] = Query([]),  # noqa: B008 (how ninja declares a list)
) -> HttpResponse:
    """List the applied coupons of customers that are not deleted, newest first."""
    rows = AppliedCoupon.objects.of(request.organization).filter(customer__deleted_at=None)
    if external_customer_id is not None:
        rows = rows.filter(customer__external_id=external_customer_id)
    return _paged_applied(request, rows, status, coupon_code)


@router.get("/customers/{external_customer_id}/applied_coupons", response=MANY_APPLIED)
def list_applied_of_customer(
    request: ApiRequest,
    external_customer_id: str,
    status: str | None = None,
    coupon_code: list[str] = Query([]),  # noqa: B008 (how ninja declares a list)
) -> HttpResponse:
    """List the applied coupons of a customer, newest first."""
    customer = _find_customer(request, external_customer_id)
    rows = AppliedCoupon.objects.filter(customer=customer)
    return _paged_applied(request, rows, status, coupon_code)


@router.delete(
    "/customers/{external_customer_id}/applied_coupons/{applied_coupon_id}", response=ONE_APPLIED
)
def remove(request: ApiRequest, external_customer_id: str, applied_coupon_id: str) -> HttpResponse:
    """Take a coupon off a customer."""
    rows = AppliedCoupon.objects.filter(customer=_find_customer(request, external_customer_id))
    applied = find(rows, "applied_coupon", pk=applied_coupon_id)
    operations.remove(applied, actor=request.actor, at=request.at)
    return answer("applied_coupon", shown_applied_coupon(applied.pk))


def _paged_applied(
    request: ApiRequest,
    rows: AppliedCouponRows[AppliedCoupon],
    status: str | None,
    coupon_codes: list[str],
) -> HttpResponse:
    wanted = Q(status=status) if status in ("active", "terminated") else Q()
    if coupon_codes:
        wanted &= Q(coupon__code__in=coupon_codes)
    ordered = with_credits(rows.filter(wanted)).order_by("-created_at", "-pk")
    return paged(request, "applied_coupons", ordered, shape_all=applied_coupons_out)


def _find(request: ApiRequest, code: str) -> Coupon:
    return find(Coupon.objects.of(request.organization).kept(), "coupon", code=code)


def _find_customer(request: ApiRequest, external_id: str | None) -> Customer:
    kept = Customer.objects.of(request.organization).kept()
    return find(kept, "customer", external_id=external_id or "")


def _answer(coupon: Coupon) -> HttpResponse:
    rows: QuerySet[Coupon] = Coupon.objects.filter(pk=coupon.pk)
    return answer("coupon", coupon_out(with_limits(rows).get()))
