"""Endpoints of the customer itself."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.urls import reverse
from ninja import Query, Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from api.values import Instant
from billing.errors import Invalid
from customers.api.filters import CustomerFilters, listed
from customers.models import Customer
from customers.operations import find_kept
from customers.portal import portal_token
from customers.schemas import (
    CustomerIn,
    CustomerOut,
    PortalOut,
    customer_out,
    with_parts,
)
from workflows.delete_customer import delete_customer
from workflows.preview import Plan, confirm
from workflows.upsert_customer import upsert_customer

router = Router(tags=["customers"])
Body = root_in("customer", CustomerIn)
ONE = root_out("customer", CustomerOut)


@router.post("/customers", response=ONE)
def upsert(request: ApiRequest, body: Body) -> HttpResponse:
    """Create the customer, or change the one that has this external_id; absent members stay."""
    customer = upsert_customer(
        request.organization, body.customer.columns(), actor=request.actor, at=request.at
    )
    return _answer(customer)


@router.get("/customers", response=list_out("customers", CustomerOut))
def list_all(request: ApiRequest, wanted: Query[CustomerFilters]) -> HttpResponse:
    """List customers, newest first."""
    return paged(request, "customers", with_parts(listed(request, wanted)), customer_out)


@router.get("/customers/{external_customer_id}", response=ONE)
def get(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """Return one customer."""
    rows = with_parts(Customer.objects.of(request.organization).kept())
    customer = find(rows, "customer", external_id=external_customer_id)
    return answer("customer", customer_out(customer))


@router.delete("/customers/{external_customer_id}", response=ONE)
def delete(
    request: ApiRequest,
    external_customer_id: str,
    plan: str | None = None,
    at: Instant | None = None,
) -> HttpResponse:
    """Delete a customer: subscriptions end and are billed, drafts are finalized, coupons and wallets end.

    With `plan` and `at` of a preview exactly that happens, or nothing (422 ``plan: [plan_has_changed]``).
    """
    customer = find_kept(request.organization, external_customer_id)
    workflow = partial(delete_customer, customer, actor=request.actor)
    if plan is None:
        workflow(at=request.at)
    elif at is None:
        raise Invalid({"at": ["value_is_mandatory"]})
    else:
        confirm(workflow, Plan(at, plan), now=request.at)
    return _answer(customer)


@router.get(
    "/customers/{external_customer_id}/portal_url", response=root_out("customer", PortalOut)
)
def get_portal_url(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """Return a link to the customer's own page; it works for 12 hours."""
    customer = find_kept(request.organization, external_customer_id)
    page = reverse("portal", args=[portal_token(customer)])
    return answer("customer", {"portal_url": request.build_absolute_uri(page)})


def _answer(customer: Customer) -> HttpResponse:
    return answer(
        "customer", customer_out(with_parts(Customer.objects.filter(pk=customer.pk)).get())
    )
