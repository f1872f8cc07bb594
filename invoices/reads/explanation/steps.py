"""The steps that lead to units, and those beside the price, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.adjustments import Rule
from console import formats
from invoices.models import Fee
from invoices.reads.explanation.writing import Row, Step, cents, price, units

AGGREGATIONS = {
    "count_agg": lambda field: _("Number of events"),
    "sum_agg": lambda field: _("Sum of %(field)s") % {"field": field},
    "max_agg": lambda field: _("Highest %(field)s") % {"field": field},
    "latest_agg": lambda field: _("Latest %(field)s") % {"field": field},
    "unique_count_agg": lambda field: _("Different values of %(field)s") % {"field": field},
    "weighted_sum_agg": lambda field: _("Average of %(field)s over time") % {"field": field},
}


def _aggregation(fee: Fee, step: Step) -> list[Row]:
    count = int(step.get("events_count") or 0)
    write = AGGREGATIONS.get(str(step.get("aggregation_type")), lambda field: _("Units"))
    detail = ngettext("%(count)s event", "%(count)s events", count) % {
        "count": formats.units(count)
    }
    return [
        {"label": write(step.get("field_name")), "detail": detail, "units": units(step["units"])}
    ]


def _proration(fee: Fee, step: Step) -> list[Row]:
    detail = _("Each unit counts for the part of the period that it was there")
    return [{"label": _("Prorated"), "detail": detail, "units": units(step["units"])}]


def _days(fee: Fee, step: Step) -> list[Row]:
    words = {"days": step["days"], "period": step["period_days"]}
    label = _("%(days)s of %(period)s days of the period") % words
    detail = _("The rest lies in the trial") if step.get("is_shortened_by_trial") else ""
    return [
        {
            "label": label,
            "detail": detail,
            "units": f"{step['days']} / {step['period_days']}",
            "price": cents(fee, step["plan_amount_cents"]),
            "amount": cents(fee, step["exact_cents"]),
        }
    ]


def _true_up(fee: Fee, step: Step) -> list[Row]:
    words = {"days": step["days"], "period": step["period_days"]}
    return [
        {"label": _("Minimum of a whole period"), "amount": cents(fee, step["minimum_cents"])},
        {
            "label": _("Its part for %(days)s of %(period)s days") % words,
            "amount": cents(fee, step["target_cents"]),
        },
        {"label": _("Billed for the period already"), "amount": cents(fee, -step["used_cents"])},
    ]


def _fixed_units(fee: Fee, step: Step) -> list[Row]:
    row = {"label": _("Units"), "units": units(step["units"]), "price": "", "amount": ""}
    if "unit_amount_cents" in step:
        row["price"] = cents(fee, step["unit_amount_cents"])
    rows = [row]
    billed = step.get("billed_units")
    if billed is not None and Decimal(str(billed)) != Decimal(str(step["units"])):
        rows.append({"label": _("Prorated"), "units": units(billed)})
    if step.get("is_priced_below"):
        return rows
    if "unit_amount_cents" not in step:
        row["price"] = price(fee, fee.precise_unit_amount)
    rows[-1]["amount"] = cents(fee, fee.precise_amount_cents)
    return rows


def _in_advance(fee: Fee, step: Step) -> list[Row]:
    """One event that was billed when it came: the units before it, after it, and what it adds."""
    write = AGGREGATIONS.get(str(step.get("aggregation_type")), lambda field: _("Units"))
    name = write(step.get("field_name"))
    return [
        {
            "label": _("%(what)s before this event") % {"what": name},
            "units": units(step["units_before"]),
        },
        {"label": _("With this event"), "units": units(step["units_after"])},
        {"label": _("It adds"), "units": units(step["units"])},
    ]


def _more_units(fee: Fee, step: Step) -> list[Row]:
    added = Decimal(str(step["units"])) - Decimal(str(step["before"]))
    return [
        {"label": _("Units before"), "units": units(step["before"])},
        {"label": _("Units from then on"), "units": units(step["units"])},
        {
            "label": _("Added, for the rest of the period"),
            "units": units(added),
            "amount": cents(fee, fee.precise_amount_cents),
        },
    ]


def _paid_before(fee: Fee, step: Step) -> list[Row]:
    label = _("Paid before the change of plan")
    return [{"label": label, "amount": cents(fee, step["amount_cents"])}]


def adjusted(fee: Fee, step: Step) -> list[Row]:
    """What was worked out, and what somebody has set instead; the model's own steps follow, if it priced that."""
    at = formats.day_of(datetime.fromisoformat(step["at"]), _zone(fee))
    detail = f"{step['by']}, {at}"
    if step["rule"] == Rule.NAME:
        label = _("Named by hand, was %(name)s") % {"name": step["name_before"]}
        return [{"label": label, "detail": detail}]
    worked_out = {
        "label": _("Worked out"),
        "units": units(step["units_before"]),
        "amount": cents(fee, step["amount_cents_before"]),
    }
    row = {"label": _("Adjusted by hand"), "detail": detail, "units": units(step["units"])}
    if step["rule"] != Rule.MODEL:
        row["price"] = price(fee, step["unit_amount"])
        row["amount"] = cents(fee, step["exact_cents"])
    return [worked_out, row]


def _zone(fee: Fee) -> str:
    return fee.invoice.timezone if fee.invoice is not None else "UTC"


STEPS: Mapping[str, Callable[[Fee, Step], list[Row]]] = {
    "aggregation": _aggregation,
    "proration": _proration,
    "days": _days,
    "true_up": _true_up,
    "units": _fixed_units,
    "in_advance": _in_advance,
    "more_units": _more_units,
    "paid_before_upgrade": _paid_before,
}
