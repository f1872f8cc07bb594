"""How a fee came to be, in words: its stored steps as rows of a table, and the events at their root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.money import exponent
from console import formats
from invoices.models import Fee
from invoices.models.fee import FeeType
from usage.models import UsageEvent
from usage.reads import events_behind

MOST_EVENTS = 50
Row = dict[str, Any]
Step = Mapping[str, Any]


def steps_of(fee: Fee) -> list[Row]:
    """Return the steps that led to a fee, each as a row of ``components/steps.html``; no query."""
    rows: list[Row] = []
    for step in fee.explanation:
        kind = str(step.get("step", ""))
        if kind == "price":
            rows += PRICES.get(str(step.get("model")), _other)(fee, step)
        elif kind != "amount":
            rows += STEPS.get(kind, _other)(fee, step)
    return rows


def after_the_fee(fee: Fee) -> list[Row]:
    """Return what comes off a fee and on top of it: its part of coupons, its taxes; no query."""
    rows = []
    if fee.precise_coupons_amount_cents:
        cents = -fee.precise_coupons_amount_cents
        rows.append(
            {"label": _("Its part of coupons and earlier bills"), "amount": _cents(fee, cents)}
        )
    if fee.taxes_amount_cents:
        label = _("Taxes of %(rate)s") % {"rate": formats.rate(fee.taxes_rate)}
        rows.append(
            {"label": label, "amount": formats.money(fee.taxes_amount_cents, fee.amount_currency)}
        )
    return rows


def events_of_fee(fee: Fee) -> list[UsageEvent]:
    """Return the latest events that a fee was made of; none for a fee without usage. Up to three queries.

    `fee` comes with its subscription (and its organization) and charge (and its metric).
    """
    if fee.fee_type != FeeType.CHARGE or fee.period is None or fee.true_up_parent_id:
        return []
    if fee.charge is None or fee.subscription is None:
        return []
    return events_behind(
        fee.subscription,
        fee.charge,
        start_at=fee.period.lower,
        end_at=fee.period.upper,
        charge_filter_id=fee.charge_filter_id,
        group=fee.grouped_by,
        most=MOST_EVENTS,
    )


def _cents(fee: Fee, cents: Any) -> str:
    """Write minor units that may have decimals."""
    currency = fee.amount_currency
    return formats.price(_short(Decimal(str(cents)).scaleb(-exponent(currency))), currency)


def _price(fee: Fee, amount: Any) -> str:
    return formats.price(_short(Decimal(str(amount))), fee.amount_currency)


def _short(value: Decimal) -> Decimal:
    """Cut superfluous decimals: nobody reads more than six."""
    return value.quantize(Decimal("0.000001")) if -value.as_tuple().exponent > 6 else value  # type: ignore[operator]


def _units(value: Any) -> str:
    return formats.units(_short(Decimal(str(value))))


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
        {"label": write(step.get("field_name")), "detail": detail, "units": _units(step["units"])}
    ]


def _proration(fee: Fee, step: Step) -> list[Row]:
    detail = _("Each unit counts for the part of the period that it was there")
    return [{"label": _("Prorated"), "detail": detail, "units": _units(step["units"])}]


def _days(fee: Fee, step: Step) -> list[Row]:
    words = {"days": step["days"], "period": step["period_days"]}
    label = _("%(days)s of %(period)s days of the period") % words
    detail = _("The rest lies in the trial") if step.get("is_shortened_by_trial") else ""
    return [
        {
            "label": label,
            "detail": detail,
            "units": f"{step['days']} / {step['period_days']}",
            "price": _cents(fee, step["plan_amount_cents"]),
            "amount": _cents(fee, step["exact_cents"]),
        }
    ]


def _true_up(fee: Fee, step: Step) -> list[Row]:
    words = {"days": step["days"], "period": step["period_days"]}
    return [
        {"label": _("Minimum of a whole period"), "amount": _cents(fee, step["minimum_cents"])},
        {
            "label": _("Its part for %(days)s of %(period)s days") % words,
            "amount": _cents(fee, step["target_cents"]),
        },
        {"label": _("Billed for the period already"), "amount": _cents(fee, -step["used_cents"])},
    ]


def _fixed_units(fee: Fee, step: Step) -> list[Row]:
    row = {"label": _("Units"), "units": _units(step["units"]), "price": "", "amount": ""}
    if "unit_amount_cents" in step:
        row["price"] = _cents(fee, step["unit_amount_cents"])
    rows = [row]
    billed = step.get("billed_units")
    if billed is not None and Decimal(str(billed)) != Decimal(str(step["units"])):
        rows.append({"label": _("Prorated"), "units": _units(billed)})
    if "unit_amount_cents" not in step:
        row["price"] = _price(fee, fee.precise_unit_amount)
    rows[-1]["amount"] = _cents(fee, fee.precise_amount_cents)
    return rows


def _paid_before(fee: Fee, step: Step) -> list[Row]:
    label = _("Paid before the change of plan")
    return [{"label": label, "amount": _cents(fee, step["amount_cents"])}]


def _standard(fee: Fee, step: Step) -> list[Row]:
    return [
        {
            "label": _("Each unit"),
            "units": _units(step["units"]),
            "price": _price(fee, step["per_unit_amount"]),
            "amount": _price(fee, step["total_amount"]),
        }
    ]


def _tier(step: Step) -> str:
    first = Decimal(str(step["from_value"]))
    words = {"first": _units(max(first, Decimal(1))), "last": ""}
    if step.get("to_value") is None:
        return _("Units from %(first)s on") % words
    return _("Units %(first)s to %(last)s") % (words | {"last": _units(step["to_value"])})


def _graduated(fee: Fee, step: Step) -> list[Row]:
    is_share = step.get("rate") is not None
    rows = [
        {
            "label": _tier(step),
            "units": _units(step["units"]),
            "price": formats.rate(Decimal(str(step["rate"])))
            if is_share
            else _price(fee, step["per_unit_amount"]),
            "amount": _price(fee, step["per_unit_total_amount"]),
        }
    ]
    return [*rows, *_flat(fee, step)]


def _flat(fee: Fee, step: Step) -> list[Row]:
    flat = Decimal(str(step.get("flat_unit_amount") or 0))
    return [{"label": _("Flat amount of the tier"), "amount": _price(fee, flat)}] if flat else []


def _volume(fee: Fee, step: Step) -> list[Row]:
    rows = [
        {
            "label": _("All units at the price of their tier"),
            "units": _units(fee.units),
            "price": _price(fee, step["per_unit_amount"]),
            "amount": _price(fee, step["per_unit_total_amount"]),
        }
    ]
    return [*rows, *_flat(fee, step)]


def _package(fee: Fee, step: Step) -> list[Row]:
    rows = _free(step)
    size = {"size": _units(step["per_package_size"])}
    rows.append(
        {
            "label": _("Packages of %(size)s, begun ones too") % size,
            "units": _units(step["paid_units"]),
            "price": _price(fee, step["per_package_unit_amount"]),
            "amount": _cents(fee, fee.precise_amount_cents),
        }
    )
    return rows


def _free(step: Step) -> list[Row]:
    free = Decimal(str(step.get("free_units") or 0))
    return [{"label": _("Free units"), "units": _units(free)}] if free else []


def _percentage(fee: Fee, step: Step) -> list[Row]:
    rows = _free(step)
    rows.append(
        {
            "label": _("Percentage of the rest"),
            "units": _units(step["paid_units"]),
            "price": formats.rate(Decimal(str(step["rate"]))),
            "amount": _price(fee, step["per_unit_total_amount"]),
        }
    )
    if Decimal(str(step["fixed_fee_total_amount"])):
        rows.append(
            {
                "label": _("Fixed amount of each event"),
                "units": _units(step["paid_events"]),
                "price": _price(fee, step["fixed_fee_unit_amount"]),
                "amount": _price(fee, step["fixed_fee_total_amount"]),
            }
        )
    adjusted = Decimal(str(step.get("min_max_adjustment_total_amount") or 0))
    if adjusted:
        label = _("Raised or lowered to the bounds of an event")
        rows.append({"label": label, "amount": _price(fee, adjusted)})
    return rows


def _dynamic(fee: Fee, step: Step) -> list[Row]:
    amount = _cents(fee, step["precise_total_amount_cents"])
    return [
        {
            "label": _("Amounts that the events bring"),
            "units": _units(step["units"]),
            "amount": amount,
        }
    ]


def _other(fee: Fee, step: Step) -> list[Row]:
    """Show a step that has no words of its own as it is stored."""
    detail = ", ".join(f"{key}: {value}" for key, value in step.items() if key != "step")
    return [{"label": str(step.get("step", "")).replace("_", " ").capitalize(), "detail": detail}]


STEPS: Mapping[str, Callable[[Fee, Step], list[Row]]] = {
    "aggregation": _aggregation,
    "proration": _proration,
    "days": _days,
    "true_up": _true_up,
    "units": _fixed_units,
    "paid_before_upgrade": _paid_before,
}
PRICES: Mapping[str, Callable[[Fee, Step], list[Row]]] = {
    "standard": _standard,
    "graduated": _graduated,
    "graduated_percentage": _graduated,
    "package": _package,
    "volume": _volume,
    "percentage": _percentage,
    "dynamic": _dynamic,
}
