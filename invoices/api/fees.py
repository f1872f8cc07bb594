"""The endpoints of fees."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from api.values import Instant
from billing.errors import Invalid
from invoices.lifecycle import PaymentStatus
from invoices.models import Fee
from invoices.models.fee import FeeType
from invoices.operations import fees
from invoices.reads import shown_fees
from invoices.schemas.fees import FeeIn, FeeOut, fee_out

router = Router(tags=["fees"])
FeeBody = root_in("fee", FeeIn)
ONE = root_out("fee", FeeOut)
MOMENTS = ("created_at", "succeeded_at", "failed_at", "refunded_at")


@router.get("/fees", response=list_out("fees", FeeOut))
def list_fees(
    request: ApiRequest,
    external_customer_id: str | None = None,
    external_subscription_id: str | None = None,
    fee_type: str | None = None,
    payment_status: str | None = None,
    billable_metric_code: str | None = None,
    currency: str | None = None,
    event_transaction_id: str | None = None,
    created_at_from: Instant | None = None,
    created_at_to: Instant | None = None,
    succeeded_at_from: Instant | None = None,
    succeeded_at_to: Instant | None = None,
    failed_at_from: Instant | None = None,
    failed_at_to: Instant | None = None,
    refunded_at_from: Instant | None = None,
    refunded_at_to: Instant | None = None,
) -> HttpResponse:
    """List fees, the oldest first."""
    _check("fee_type", fee_type, FeeType.values)
    _check("payment_status", payment_status, PaymentStatus.values)
    named = {
        "customer__external_id": external_customer_id,
        "subscription__external_id": external_subscription_id,
        "fee_type": fee_type,
        "payment_status": payment_status,
        "charge__billable_metric__code": billable_metric_code,
        "amount_currency": currency,
        "event_transaction_id": event_transaction_id,
        "created_at__gte": created_at_from,
        "created_at__lte": created_at_to,
        "succeeded_at__gte": succeeded_at_from,
        "succeeded_at__lte": succeeded_at_to,
        "failed_at__gte": failed_at_from,
        "failed_at__lte": failed_at_to,
        "refunded_at__gte": refunded_at_from,
        "refunded_at__lte": refunded_at_to,
    }
    rows = shown_fees(request.organization).filter(**{k: v for k, v in named.items() if v})
    return paged(request, "fees", rows.order_by("created_at", "pk"), _shown)


def _check(name: str, value: str | None, known: list[str]) -> None:
    if value is not None and value not in known:
        raise Invalid({name: ["value_is_invalid"]})


@router.get("/fees/{lago_id}", response=ONE)
def get_fee(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Return one fee."""
    return answer("fee", _shown(_named(request, lago_id)))


@router.put("/fees/{lago_id}", response=ONE)
def put_fee(request: ApiRequest, lago_id: str, body: FeeBody) -> HttpResponse:
    """Set the payment status of a fee without an invoice."""
    fees.set_payment_status(
        _named(request, lago_id),
        body.fee.payment_status,
        actor=request.actor,
        at=request.at,
    )
    return answer("fee", _shown(_named(request, lago_id)))


@router.delete("/fees/{lago_id}", response=ONE)
def delete_fee(request: ApiRequest, lago_id: str) -> HttpResponse:
    """Delete a fee without an invoice."""
    fee = _named(request, lago_id)
    shown = _shown(fee)
    fees.delete(fee, actor=request.actor, at=request.at)
    return answer("fee", shown)


def _named(request: ApiRequest, lago_id: str) -> Fee:
    rows: QuerySet[Fee] = shown_fees(request.organization)
    return find(rows, "fee", pk=lago_id)


def _shown(fee: Fee) -> dict[str, object]:
    return fee_out(fee, applied_taxes=fee.applied_taxes.all())
