"""One step of the roll-up."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from usage.cursor import mark_due
from usage.models import UsageWatermark
from usage.rollup.days import add_to_days, sum_up_anew
from usage.rollup.series import arrived, ready
from usage.rollup.watermark import advance_watermark

BLOCK = 100_000
"""A step takes so many events; larger ones would keep their transaction open for too long."""


@dataclass(frozen=True)
class RolledUp:
    """How far a step has come, and whether safe events are left."""

    seq: int
    is_more: bool


@transaction.atomic
def roll_up() -> RolledUp:
    """Add the next safe events to their days and move the watermark past them, in one transaction.

    Organizations with new events are noted for what follows from them. Whoever reads sees both or neither. One step at a time: another waits for the end of this one. What is safe
    is told by `advance_watermark`.
    """
    watermark = UsageWatermark.objects.select_for_update().first()
    if watermark is None or watermark.safe_seq <= watermark.seq:
        return RolledUp(watermark.seq if watermark else 0, is_more=False)
    up_to = min(watermark.safe_seq, watermark.seq + BLOCK)
    found = arrived(watermark.seq, up_to)
    mark_due({each.organization_id for each in found}, after=watermark.seq, up_to=up_to)
    fitting, anew = ready(found)
    add_to_days(fitting, after=watermark.seq, up_to=up_to)
    sum_up_anew(anew, up_to=up_to)
    UsageWatermark.objects.update(seq=up_to)
    return RolledUp(up_to, is_more=up_to < watermark.safe_seq)


def catch_up() -> int:
    """Roll up all that is safe now, step by step, and return the number reached."""
    advance_watermark()
    while (step := roll_up()).is_more:
        pass
    return step.seq
