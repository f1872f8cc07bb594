"""The minimum commitment and the usage thresholds of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from billing.errors import Invalid
from catalog.models import MinimumCommitment, Plan, UsageThreshold
from catalog.operations.tax_links import set_taxes
from persistence.columns import assign, check
from persistence.saving import save_valid

COMMITMENT = ("amount_cents", "invoice_display_name")
THRESHOLD = ("amount_cents", "threshold_display_name", "recurring")


def commitment_of(plan: Plan) -> MinimumCommitment | None:
    """Return the plan's minimum commitment, read anew."""
    return MinimumCommitment.objects.filter(plan=plan).first()


def put_commitment(plan: Plan, values: Mapping[str, Any] | None, *, at: datetime) -> None:
    """Set the minimum commitment of a locked plan; nothing or {} takes it away. Raises Invalid."""
    commitment = commitment_of(plan)
    if not values:
        if commitment is not None:
            commitment.taxes.clear()
            commitment.delete()
        return
    if commitment is None:
        commitment = MinimumCommitment(organization=plan.organization, plan=plan, created_at=at)
    assign(commitment, values, COMMITMENT)
    check(commitment, COMMITMENT)
    commitment.updated_at = at
    save_valid(commitment)
    if "tax_codes" in values:
        set_taxes(commitment, values["tax_codes"])


def put_thresholds(plan: Plan, items: Sequence[Mapping[str, Any]] | None, *, at: datetime) -> None:
    """Make `items` the usage thresholds of a locked plan, matched by amount and recurrence. Raises Invalid."""
    wanted = [_threshold(plan, item, at=at) for item in items or []]
    keys = [(row.amount_cents, row.recurring) for row in wanted]
    if len(set(keys)) < len(keys):
        raise Invalid({"usage_thresholds": ["duplicate_threshold_values"]})
    if sum(row.recurring for row in wanted) > 1:
        raise Invalid({"usage_thresholds": ["multiple_recurring_thresholds"]})
    old = {(row.amount_cents, row.recurring): row for row in plan.usage_thresholds.kept()}
    gone = [row.pk for key, row in old.items() if key not in keys]
    UsageThreshold.objects.filter(pk__in=gone).update(deleted_at=at, updated_at=at)
    for key, row in zip(keys, wanted, strict=True):
        if key not in old:
            save_valid(row)
        elif old[key].threshold_display_name != row.threshold_display_name:
            old[key].threshold_display_name, old[key].updated_at = row.threshold_display_name, at
            save_valid(old[key], update_fields=["threshold_display_name", "updated_at"])


def described(plan: Plan) -> dict[str, Any]:
    """Return commitment and thresholds as the journal of the plan keeps them."""
    commitment = commitment_of(plan)
    rows = plan.usage_thresholds.kept().order_by("recurring", "amount_cents")
    return {
        "minimum_commitment": commitment
        and {
            **{name: getattr(commitment, name) for name in COMMITMENT},
            "tax_codes": sorted(commitment.taxes.values_list("code", flat=True)),
        },
        "usage_thresholds": list(rows.values(*THRESHOLD)),
    }


def _threshold(plan: Plan, item: Mapping[str, Any], *, at: datetime) -> UsageThreshold:
    row = UsageThreshold(organization=plan.organization, plan=plan, created_at=at, updated_at=at)
    assign(row, item, THRESHOLD)
    try:
        check(row, THRESHOLD)
    except Invalid as refusal:
        codes = [code for codes in refusal.errors.values() for code in codes]
        raise Invalid({"usage_thresholds": list(dict.fromkeys(codes))}) from refusal
    return row
