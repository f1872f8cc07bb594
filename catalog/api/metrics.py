"""Endpoints of billable metrics."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from billing.aggregation.events import Event
from billing.errors import Invalid
from billing.expressions import evaluate
from catalog.models import BillableMetric
from catalog.operations import metrics
from catalog.schemas.metrics import ExpressionIn, ExpressionResult, MetricIn, MetricOut, metric_out
from workflows.delete_metric import delete_metric
from workflows.edit_metric import edit_metric

router = Router(tags=["billable_metrics"])
Body = root_in("billable_metric", MetricIn)
ONE = root_out("billable_metric", MetricOut)


@router.post("/billable_metrics", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Create a billable metric."""
    metric = metrics.create(
        request.organization, body.billable_metric.given(), actor=request.actor, at=request.at
    )
    return answer("billable_metric", metric_out(metric))


@router.get("/billable_metrics", response=list_out("billable_metrics", MetricOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List billable metrics, newest first."""
    rows = BillableMetric.objects.of(request.organization).kept().prefetch_related("filters")
    return paged(request, "billable_metrics", rows.order_by("-created_at", "-pk"), metric_out)


@router.post(
    "/billable_metrics/evaluate_expression",
    response=root_out("expression_result", ExpressionResult),
)
def evaluate_expression(request: ApiRequest, body: ExpressionIn) -> HttpResponse:
    """Try an expression on a sample event; nothing is stored."""
    sample = body.event
    event = Event(
        at=_moment(sample.timestamp, request.at), properties=sample.properties, code=sample.code
    )
    value = evaluate(body.expression, event)
    return answer("expression_result", {"value": value if isinstance(value, str) else f"{value:f}"})


@router.get("/billable_metrics/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return one billable metric."""
    return answer("billable_metric", metric_out(_find(request, code)))


@router.put("/billable_metrics/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Change a billable metric; once a plan prices it, only name, description and filters."""
    changes = body.billable_metric.given()
    changed = edit_metric(_find(request, code), changes, actor=request.actor, at=request.at)
    return answer("billable_metric", metric_out(changed))


@router.delete("/billable_metrics/{code}", response=ONE)
def delete(request: ApiRequest, code: str) -> HttpResponse:
    """Delete a billable metric with its charges."""
    deleted = delete_metric(_find(request, code), actor=request.actor, at=request.at)
    return answer("billable_metric", metric_out(deleted))


def _find(request: ApiRequest, code: str) -> BillableMetric:
    return find(
        BillableMetric.objects.of(request.organization).kept(), "billable_metric", code=code
    )


def _moment(timestamp: int | float | str | None, at: datetime) -> datetime:
    """Read Unix seconds; without any it is now."""
    if timestamp is None:
        return at
    try:
        return datetime.fromtimestamp(float(timestamp), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid({"timestamp": ["invalid_format"]}) from error
