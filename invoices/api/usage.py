"""The endpoints of usage: current, projected, past."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.errors import Invalid, NotAllowed
from catalog.models import Charge
from customers.models import Customer
from invoices.current_usage import CurrentUsage, current_usage
from invoices.schemas.past_usage import billed_periods, past_usages_out
from invoices.schemas.usage import UsageOut, projected_out, usage_out
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription

router = Router(tags=["usage"])


@router.get(
    "/customers/{external_customer_id}/current_usage", response=root_out("customer_usage", UsageOut)
)
def get_current_usage(
    request: ApiRequest,
    external_customer_id: str,
    external_subscription_id: str | None = None,
    apply_taxes: bool = True,
) -> HttpResponse:
    """Return what a subscription has used in the period that is running, of the charges that the query names."""
    usage = _usage(request, external_customer_id, external_subscription_id, apply_taxes)
    return answer("customer_usage", usage_out(_narrowed(request, usage)))


@router.get(
    "/customers/{external_customer_id}/projected_usage",
    response=root_out("customer_projected_usage", UsageOut),
)
def get_projected_usage(
    request: ApiRequest,
    external_customer_id: str,
    external_subscription_id: str | None = None,
    apply_taxes: bool = True,
) -> HttpResponse:
    """Return the running usage, and what it will be at the end of the period if it goes on like that."""
    usage = _usage(request, external_customer_id, external_subscription_id, apply_taxes)
    return answer("customer_projected_usage", projected_out(usage))


@router.get(
    "/customers/{external_customer_id}/past_usage", response=list_out("usage_periods", UsageOut)
)
def list_past_usage(
    request: ApiRequest,
    external_customer_id: str,
    external_subscription_id: str | None = None,
    billable_metric_code: str | None = None,
    periods_count: int | None = None,
) -> HttpResponse:
    """List the usage of periods that have been billed, the latest first."""
    customer = _customer(request, external_customer_id)
    if not external_subscription_id:
        raise Invalid({"external_subscription_id": ["value_is_mandatory"]})
    entries = billed_periods(customer, external_subscription_id)
    if periods_count is not None and periods_count > 0:
        entries = entries.filter(pk__in=list(entries.values_list("pk", flat=True)[:periods_count]))
    return paged(
        request,
        "usage_periods",
        entries,
        shape_all=lambda rows: past_usages_out(rows, billable_metric_code),
    )


def _customer(request: ApiRequest, external_id: str) -> Customer:
    rows = Customer.objects.of(request.organization).kept().select_related("organization")
    return find(rows, "customer", external_id=external_id)


def _usage(
    request: ApiRequest, customer_id: str, subscription_id: str | None, has_taxes: bool
) -> CurrentUsage:
    customer = _customer(request, customer_id)
    row = (
        Subscription.objects.filter(
            customer=customer, external_id=subscription_id or "", status=Status.ACTIVE
        )
        .select_related("plan", "customer__organization")
        .first()
    )
    if row is None:
        raise NotAllowed("no_active_subscription")
    if request.GET.get("full_usage", "").lower() in ("true", "1"):
        raise NotAllowed("full_usage_not_allowed", "Usage is that of the running period.")
    return current_usage(row, at=request.at, has_taxes=has_taxes)


NAMED_BY: dict[str, Callable[[Charge], str]] = {
    "charge_id": lambda charge: str(charge.pk),
    "charge_code": lambda charge: charge.code,
    "billable_metric_code": lambda charge: charge.billable_metric.code,
    "filter_by_charge_id": lambda charge: str(charge.pk),
    "filter_by_charge_code": lambda charge: charge.code,
}


def _narrowed(request: ApiRequest, usage: CurrentUsage) -> CurrentUsage:
    """Keep the charges that the query names by id, code or metric; all of them without such a member."""
    asked = {name: request.GET[name] for name in NAMED_BY if request.GET.get(name)}
    if not asked:
        return usage
    return usage.only(
        lambda charge: all(NAMED_BY[name](charge) == value for name, value in asked.items())
    )
