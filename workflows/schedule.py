"""The one table of what runs when; it feeds the worker and the clock of a sandbox.

Source: docs/billing-policy.md, "Clock". Jobs stand in the order in which they run when they are due together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from organizations.api_log import forget_old_requests
from organizations.idempotency import forget_old_answers
from organizations.models import Organization
from subscriptions.models import Subscription
from workflows.activate_due import activate_due, next_activation
from workflows.alert_endings import alert_endings, next_alert
from workflows.bill_due import bill_due
from workflows.end_due import end_due, next_end
from workflows.end_trials import end_trials, next_trial_end
from workflows.expire_coupons import expire_coupons, next_coupon_expiry
from workflows.expire_wallets import expire_wallets, next_wallet_expiry
from workflows.finalize_due import finalize_due, next_finalization
from workflows.mark_overdue import mark_overdue, next_overdue
from workflows.retry_collections import next_collection, retry_collections
from workflows.run_dunning import next_dunning, run_dunning
from workflows.settle import settle
from workflows.top_up_wallets import next_interval_top_up, top_up_by_interval

NextWork = Callable[[Organization, datetime], datetime | None]


@dataclass(frozen=True)
class Job:
    """Something that runs by the clock, for one organization.

    `minute` is the minute of each hour, or None for every five minutes. `next_work(organization, after)` returns
    the earliest moment later than `after` at which the job will have something to do, or None. `run(organization,
    at)` does what is due at `at`, in transactions of its own, and may be run twice.
    """

    name: str
    minute: int | None
    next_work: NextWork
    run: Callable[[Organization, datetime], object]

    def slot(self, moment: datetime) -> datetime:
        """Return the first scheduled moment at or after `moment`."""
        if self.minute is None:
            step, offset = timedelta(minutes=5), timedelta(0)
        else:
            step, offset = timedelta(hours=1), timedelta(minutes=self.minute)
        floor = moment.replace(minute=0, second=0, microsecond=0) + offset
        while floor < moment:
            floor += step
        return floor


def next_billing_day(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a billing day begins."""
    active = Subscription.objects.of(organization).active().filter(next_billing_at__gt=after)
    earliest: datetime | None = active.aggregate(at=Min("next_billing_at"))["at"]
    return earliest


def never(organization: Organization, after: datetime) -> datetime | None:
    """Have no work that a sandbox's clock would stop for: it is done at the target of each move."""
    return None


JOBS: tuple[Job, ...] = (
    Job("activate", None, next_activation, lambda o, at: activate_due(o, at=at)),
    Job("terminate", 5, next_end, lambda o, at: end_due(o, at=at)),
    Job("bill", 10, next_billing_day, lambda o, at: bill_due(o, at=at)),
    Job("trial", 35, next_trial_end, lambda o, at: end_trials(o, at=at)),
    Job("finalize", 20, next_finalization, lambda o, at: finalize_due(o, at=at)),
    Job("overdue", 25, next_overdue, lambda o, at: mark_overdue(o, at=at)),
    Job("collections", None, next_collection, lambda o, at: retry_collections(o, at=at)),
    Job("coupons", 30, next_coupon_expiry, lambda o, at: expire_coupons(o, at=at)),
    Job("wallets", 45, next_wallet_expiry, lambda o, at: expire_wallets(o, at=at)),
    Job("dunning", 45, next_dunning, lambda o, at: run_dunning(o, at=at)),
    Job("alerts", 50, next_alert, lambda o, at: alert_endings(o, at=at)),
    Job("top_ups", 55, next_interval_top_up, lambda o, at: top_up_by_interval(o, at=at)),
    Job("refresh", None, never, lambda o, at: settle(o, at=at)),
    Job("answers", 40, never, lambda o, at: forget_old_answers(o, at=at)),
    Job("requests", 40, never, lambda o, at: forget_old_requests(o, at=at)),
)


def next_due(
    organization: Organization, *, after: dict[str, datetime], until: datetime
) -> tuple[datetime, Job] | None:
    """Return the next scheduled moment up to `until` at which a job has work, and that job.

    `after` tells for each job's name the moment up to which it has run.
    """
    due = [
        (job.slot(work), order, job)
        for order, job in enumerate(JOBS)
        if (work := job.next_work(organization, after[job.name])) is not None and work <= until
    ]
    if not due:
        return None
    moment, _, job = min(due, key=lambda row: row[:2])
    return (moment, job) if moment <= until else None


def run_all(organization: Organization, *, at: datetime) -> None:
    """Run every job once at `at`, in their order."""
    for job in JOBS:
        job.run(organization, at)
