"""The lines of an invoice: fees, put into groups by subscription and sections by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from delivery.documents.writing import Writer
from invoices.models import Fee
from invoices.models.fee import FeeType

Row = dict[str, Any]
ORDER = [
    FeeType.SUBSCRIPTION,
    FeeType.FIXED_CHARGE,
    FeeType.CHARGE,
    FeeType.COMMITMENT,
    FeeType.ADD_ON,
    FeeType.CREDIT,
]
STEPS_SHOWN = 2  # a single step says nothing that units and unit price do not


def groups(fees: Sequence[Fee], write: Writer) -> list[dict[str, Any]]:
    """Return a group for each subscription, in the order of their names, and one for what has none.

    Usage that came to nothing is left out, unless nothing else is there.
    """
    told = [fee for fee in fees if fee.amount_cents or fee.fee_type != FeeType.CHARGE] or fees
    found: dict[Any, list[Fee]] = {}
    for fee in told:
        found.setdefault(fee.subscription_id, []).append(fee)
    written = [_group(rows, write) for rows in found.values()]
    return sorted(written, key=lambda group: (group["title"] == "", group["title"].casefold()))


def _group(fees: list[Fee], write: Writer) -> dict[str, Any]:
    title = ""
    if (subscription := fees[0].subscription) is not None:
        plan = subscription.plan
        title = subscription.name or plan.invoice_display_name or plan.name
    sections: dict[str, list[Fee]] = {}
    for fee in sorted(fees, key=_begins_at):
        sections.setdefault(period_of(fee, write), []).append(fee)
    return {
        "title": title,
        "total": write.money(sum(fee.amount_cents for fee in fees)) if len(fees) > 1 else "",
        "sections": [
            {"period": period, "rows": rows(listed, write)} for period, listed in sections.items()
        ],
    }


def period_of(fee: Fee, write: Writer) -> str:
    """Return the days that a fee covers, in words; nothing for one that covers none."""
    span = fee.period
    return write.period(span.lower, span.upper) if span is not None and span.lower else ""


def _begins_at(fee: Fee) -> float:
    span = fee.period
    return span.lower.timestamp() if span is not None and span.lower else 0.0


def rows(fees: Iterable[Fee], write: Writer) -> list[Row]:
    """Return the rows of a section: the plan, fixed charges, usage with its steps, commitment."""
    listed = sorted(
        fees,
        key=lambda fee: (
            ORDER.index(FeeType(fee.fee_type)),
            name_of(fee, write, is_plain=True).casefold(),
            fee.true_up_parent_id is not None,
            fee.filter_display_name or "",
            sorted(fee.grouped_by.items()),
            fee.pk,
        ),
    )
    return [row for fee in listed for row in _rows_of(fee, write)]


def _rows_of(fee: Fee, write: Writer) -> list[Row]:
    steps = [step for step in fee.explanation if step.get("step") == "price"]
    taxes = write.rate(fee.taxes_rate) if fee.taxes_rate else ""
    head = row(
        name_of(fee, write),
        notes=notes_of(fee, steps, write),
        units=write.units(fee.units),
        price=write.price(fee.precise_unit_amount),
        tax=taxes,
        amount=write.money(fee.amount_cents),
    )
    tiers = [step for step in steps if "from_value" in step]
    if any("rate" in step or "per_package_size" in step for step in steps):
        head["price"] = ""  # an average that nobody agreed on; the notes say what was
    if len(tiers) < STEPS_SHOWN:
        return [head]
    head["price"] = ""
    return [head, *(tier for step in tiers for tier in _tier(step, write))]


def row(name: str, *, notes: Sequence[str] = (), is_sub: bool = False, **figures: str) -> Row:
    """Return a row of the table; figures that are not given stay empty."""
    empty = {"units": "", "price": "", "tax": "", "amount": ""}
    return {"name": name, "notes": list(notes), "is_sub": is_sub, **empty, **figures}


def name_of(fee: Fee, write: Writer, *, is_plain: bool = False) -> str:
    """Return what a line is called; `is_plain` leaves out what is said around the name."""
    if fee.fee_type == FeeType.COMMITMENT:
        return fee.invoice_display_name or write.say("commitment")
    if fee.fee_type == FeeType.CREDIT:
        return fee.invoice_display_name or write.say("prepaid_credits")
    if fee.true_up_parent_id is not None and not is_plain:
        return write.say("true_up", name=fee.shown_name)
    return fee.shown_name


def notes_of(fee: Fee, steps: Sequence[dict[str, Any]], write: Writer) -> list[str]:
    """Return the small print of a line: filter, group, description, share of the period, packages."""
    notes = []
    if fee.filter_display_name:
        notes.append(fee.filter_display_name)
    if fee.grouped_by:
        pairs = [f"{key}: {value}" for key, value in sorted(fee.grouped_by.items()) if value]
        notes.append(" · ".join(pairs))
    if fee.description:
        notes += fee.description.splitlines()
    notes += _share(fee, write)
    for step in steps:
        notes += _package(step, write) + _percentage(step, write)
    return [note for note in notes if note]


def _share(fee: Fee, write: Writer) -> list[str]:
    details = fee.amount_details
    days, whole = details.get("billed_days"), details.get("period_days")
    if fee.fee_type != FeeType.SUBSCRIPTION or not whole or days == whole:
        return []
    amount = write.money(details["plan_amount_cents"])
    return [write.say("prorated", days=str(days), whole=str(whole), amount=amount)]


def _package(step: dict[str, Any], write: Writer) -> list[str]:
    if "per_package_size" not in step:
        return []
    size = write.units(Decimal(step["per_package_size"]))
    price = write.price(Decimal(step["per_package_unit_amount"]))
    return [f"{write.say('packages', size=size)} · {price}", *_free(step, write)]


def _percentage(step: dict[str, Any], write: Writer) -> list[str]:
    if "rate" not in step or "from_value" in step:
        return []
    said = [write.rate(Decimal(step["rate"]))]
    if Decimal(step.get("fixed_fee_total_amount") or 0):
        count = write.say("fixed_fees", count=str(step["paid_events"]))
        said.append(f"{count} {write.price(Decimal(step['fixed_fee_unit_amount']))}")
    return [" · ".join(said), *_free(step, write)]


def _free(step: dict[str, Any], write: Writer) -> list[str]:
    free = Decimal(step.get("free_units") or 0)
    return [write.say("free_units", units=write.units(free))] if free else []


def _tier(step: dict[str, Any], write: Writer) -> list[Row]:
    units = Decimal(step["units"])
    if not units and not Decimal(step.get("total_with_flat_amount") or 0):
        return []
    start = write.units(Decimal(step["from_value"]))
    if step.get("to_value") is None:
        label = write.say("tier_open", start=start)
    else:
        label = write.say("tier", start=start, end=write.units(Decimal(step["to_value"])))
    price = step.get("per_unit_amount")
    shown = [
        row(
            label,
            is_sub=True,
            units=write.units(units),
            price=write.price(Decimal(price)) if price else write.rate(Decimal(step["rate"])),
            amount=write.price(Decimal(step["per_unit_total_amount"])),
        )
    ]
    flat = Decimal(step.get("flat_unit_amount") or 0)
    if flat:
        price = write.price(flat)
        shown.append(row(write.say("flat"), is_sub=True, units="1", price=price, amount=price))
    return shown
