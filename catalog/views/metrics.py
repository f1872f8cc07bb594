"""Billable metrics: list, one, create, edit, delete."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.forms.metric import Filters, MetricForm, filters_of, initial_of
from catalog.models import BillableMetric
from catalog.operations import metrics as operations
from catalog.reads import lists, metrics
from catalog.views.common import ask, by, edit_and_delete, form_page, one, url
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import grown, submit, wants_row
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once
from workflows.delete_metric import delete_metric
from workflows.edit_metric import edit_metric

LIST = (gettext_lazy("Billable metrics"), "/metrics/")


@operator_view()
def metric_list(request: OperatorRequest) -> HttpResponse:
    """List the metrics."""
    listing = lists.metric_list(request, request.organization)
    if listing.wants_export:
        head = [
            "name",
            "code",
            "aggregation",
            "property",
            "recurring",
            "charges",
            "created",
            "deleted",
        ]
        return csv_answer("metrics", head, (_line(row) for row in listing.matching.iterator()))
    return page_or_fragment(request, "catalog/metrics.html", {"listing": listing})


def _line(row: Any) -> list[Any]:
    return [
        row.name,
        row.code,
        row.aggregation_type,
        row.field_name,
        row.recurring,
        row.charge_count,
        row.created_at,
        row.deleted_at,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a metric, how to send its events, and the plans that price it."""
    metric = one(BillableMetric, request, pk)
    context = {
        "metric": metric,
        "filters": list(metric.filters.order_by("created_at", "pk")),
        "charges": metrics.charges_of(metric),
        "sample": metrics.sample_event(metric),
        "history": history(request.organization, [metric.pk]),
        "actions": edit_and_delete("metric", metric, _("metric")),
        "crumbs": [LIST, (metric.name, "")],
    }
    return page_or_fragment(request, "catalog/metric.html", context, fragment="catalog/metric.html")


@operator_view("catalog")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a metric."""
    form, rows, is_growing = _forms(request)
    metric = None
    if request.method == "POST" and not is_growing and _are_valid(form, rows):
        values = form.columns() | {"filters": rows.filters()}
        metric = submit(
            form, lambda data: operations.create(request.organization, values, **by(request))
        )
    if metric:
        message = _("Metric %(name)s is created.") % {"name": metric.name}
        return done(request, message, to=url("metric", metric.pk))
    title = _("Create a billable metric")
    context = {"title": title, "label": title, "cancel_url": "/metrics/"}
    crumbs = [LIST, (title, "")]
    return _page(request, context | {"crumbs": crumbs}, form, rows, is_growing)


@operator_view("catalog")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a metric; how it aggregates is frozen once a plan prices it."""
    metric = one(BillableMetric, request, pk)
    form, rows, is_growing = _forms(request, metric)
    changed = None
    if request.method == "POST" and not is_growing and _are_valid(form, rows):
        values = form.columns() | {"filters": rows.filters()}
        changed = submit(form, lambda data: edit_metric(metric, values, **by(request)))
    if changed:
        message = _("Metric %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=url("metric", metric.pk))
    context = {
        "title": _("Edit %(name)s") % {"name": metric.name},
        "label": _("Save metric"),
        "cancel_url": url("metric", metric.pk),
        "crumbs": [LIST, (metric.name, url("metric", metric.pk)), (_("Edit"), "")],
    }
    return _page(request, context, form, rows, is_growing)


@operator_view("catalog")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete a metric with its charges."""
    metric = one(BillableMetric, request, pk)
    if request.method == "POST":
        delete_metric(metric, **by(request))
        message = _("Metric %(name)s is deleted.") % {"name": metric.name}
        return done(request, message, to="/metrics/")
    charges = metrics.charges_of(metric)
    plans = ", ".join(dict.fromkeys(charge.plan.name for charge in charges))
    ended = ngettext("%(count)d charge ends", "%(count)d charges end", len(charges))
    effects = [
        {
            "label": ended % {"count": len(charges)},
            "detail": plans,
            "icon": "layers",
            "tone": "bad" if charges else "",
        },
        {"label": _("Drafts are worked out anew without them"), "icon": "refresh-cw"},
        {"label": _("Final invoices and the events stay"), "icon": "lock"},
        {"label": _("The code is free again"), "detail": metric.code, "icon": "check"},
    ]
    return ask(
        request,
        title=_("Delete %(name)s?") % {"name": metric.name},
        effects=effects,
        label=_("Delete metric"),
        cancel_url=url("metric", metric.pk),
        crumbs=[LIST, (metric.name, url("metric", metric.pk))],
    )


def _forms(
    request: OperatorRequest, metric: BillableMetric | None = None
) -> tuple[MetricForm, Any, bool]:
    """Return the form, the rows of filters, and whether one more row is asked for."""
    posted = request.POST if request.method == "POST" else None
    is_growing = posted is not None and wants_row(posted)
    data = grown(posted) if is_growing else posted
    if metric is None:
        return MetricForm(data), Filters(data, prefix="filters"), is_growing
    reason = _("Frozen: a plan prices this metric.")
    locked = {name: reason for name in operations.frozen(metric) if name in MetricForm.base_fields}
    form = MetricForm(data, initial=initial_of(metric), locked=locked)
    return form, Filters(data, initial=filters_of(metric), prefix="filters"), is_growing


def _are_valid(form: MetricForm, rows: Any) -> bool:
    """Check both, so that all errors show at once."""
    return all([form.is_valid(), rows.is_valid()])


def _page(
    request: OperatorRequest, context: dict[str, Any], form: MetricForm, rows: Any, is_growing: bool
) -> HttpResponse:
    is_refused = request.method == "POST" and not is_growing
    context |= {"form": form, "rows": rows}
    return form_page(request, context, page="catalog/metric_form.html", is_refused=is_refused)
