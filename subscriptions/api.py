"""The endpoints of subscriptions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.errors import Invalid, NotFound
from catalog.models import Plan
from catalog.operations.overrides import override_plan
from customers.models import Customer
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from subscriptions.reads import subscriptions_of
from subscriptions.schemas import SubscriptionIn, SubscriptionOut, subscriptions_out
from workflows.assign_plan import assign_plan
from workflows.end_subscription import end_subscription
from workflows.update_subscription import update_subscription

SEVERAL = Query([])
router = Router(tags=["subscriptions"])
SubscriptionBody = root_in("subscription", SubscriptionIn)
ONE = root_out("subscription", SubscriptionOut)


@router.post("/subscriptions", response=ONE)
def create_subscription(request: ApiRequest, body: SubscriptionBody) -> HttpResponse:
    """Assign a plan to a customer; the same external id with another plan changes the plan."""
    given = body.subscription.given()
    plan = _plan(request, given.get("plan_code"))
    made = assign_plan(
        request.organization,
        external_customer_id=given.get("external_customer_id") or "",
        asked=_asked(request, given, plan),
        actor=request.actor,
        at=request.at,
    )
    return _one(request, made)


@router.get("/subscriptions", response=list_out("subscriptions", SubscriptionOut))
def list_subscriptions(
    request: ApiRequest,
    external_customer_id: str | None = None,
    external_id: str | None = None,
    plan_code: str | None = None,
    currency: str | None = None,
    status: list[str] = SEVERAL,
) -> HttpResponse:
    """List subscriptions, the latest first: active ones unless statuses are named."""
    rows = subscriptions_of(request.organization).filter(status__in=status or [Status.ACTIVE])
    named = {
        "customer__external_id": external_customer_id,
        "external_id": external_id,
        "plan__code": plan_code,
        "plan__amount_currency": currency,
    }
    rows = rows.filter(**{name: value for name, value in named.items() if value})
    rows = rows.order_by("-subscription_at", "-created_at", "-pk")
    return paged(request, "subscriptions", rows, shape_all=subscriptions_out)


@router.get(
    "/customers/{external_customer_id}/subscriptions",
    response=list_out("subscriptions", SubscriptionOut),
)
def list_subscriptions_of_customer(
    request: ApiRequest, external_customer_id: str, status: list[str] = SEVERAL
) -> HttpResponse:
    """List the subscriptions of a live customer."""
    customer = find(
        Customer.objects.of(request.organization).kept(),
        "customer",
        external_id=external_customer_id,
    )
    rows = subscriptions_of(request.organization).filter(
        customer=customer, status__in=status or [Status.ACTIVE]
    )
    rows = rows.order_by("-subscription_at", "-created_at", "-pk")
    return paged(request, "subscriptions", rows, shape_all=subscriptions_out)


@router.get("/subscriptions/{external_id}", response=ONE)
def get_subscription(
    request: ApiRequest, external_id: str, status: str = Status.ACTIVE
) -> HttpResponse:
    """Return one subscription, the active one unless a status is named."""
    return _one(request, _named(request, external_id, status))


@router.put("/subscriptions/{external_id}", response=ONE)
def put_subscription(
    request: ApiRequest,
    external_id: str,
    body: SubscriptionBody,
    status: str = Status.ACTIVE,
) -> HttpResponse:
    """Change a subscription: its name, its dates, its plan's terms, what happens at its end."""
    row = _named(request, external_id, status)
    given = body.subscription.given()
    changed = update_subscription(row, given=given, actor=request.actor, at=request.at)
    return _one(request, changed)


@router.delete("/subscriptions/{external_id}", response=ONE)
def delete_subscription(
    request: ApiRequest,
    external_id: str,
    status: str = Status.ACTIVE,
    on_termination_credit_note: str | None = None,
    on_termination_invoice: str | None = None,
) -> HttpResponse:
    """Terminate a subscription, or cancel one that has not begun (``status=pending``)."""
    row = _named(request, external_id, status)
    ended = end_subscription(
        row,
        options={
            "on_termination_credit_note": on_termination_credit_note,
            "on_termination_invoice": on_termination_invoice,
        },
        actor=request.actor,
        at=request.at,
    )
    return _one(request, ended)


def _named(request: ApiRequest, external_id: str, status: str) -> Subscription:
    rows = subscriptions_of(request.organization).filter(status=status)
    return find(rows.order_by("-created_at", "-pk"), "subscription", external_id=external_id)


def _one(request: ApiRequest, row: Subscription) -> HttpResponse:
    fresh = subscriptions_of(request.organization).get(pk=row.pk)
    return answer("subscription", subscriptions_out([fresh])[0])


def _plan(request: ApiRequest, code: str | None) -> Plan:
    if not code:
        raise NotFound("plan")
    return find(Plan.objects.of(request.organization).offered(), "plan", code=code)


def _asked(request: ApiRequest, given: dict[str, Any], plan: Plan) -> NewSubscription:
    if given.get("external_customer_id") is not None and not given["external_customer_id"].strip():
        raise Invalid({"external_customer_id": ["value_is_mandatory"]})
    overrides = given.get("plan_overrides")
    names = (
        "name",
        "subscription_at",
        "ending_at",
        "on_termination_credit_note",
        "on_termination_invoice",
        "purchase_order_number",
    )
    flags = ("progressive_billing_disabled", "consolidate_invoice", "billing_time")
    return NewSubscription(
        external_id=(given.get("external_id") or "").strip(),
        plan=plan,
        override=(lambda p: override_plan(p, overrides, actor=request.actor, at=request.at))
        if overrides
        else None,
        **{name: given.get(name) for name in names},
        **{name: given[name] for name in flags if given.get(name) is not None},
    )
