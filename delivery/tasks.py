"""The worker's part: every few seconds, whatever waits in the outbox leaves the house."""

from __future__ import annotations

from procrastinate.contrib.django import app

from delivery.outbox import Delivered, deliver_due, is_waiting
from organizations import clock
from organizations.models import Organization

MOST_AT_ONCE = 200
MOST_ROUNDS = 25  # then the worker looks after its other jobs
PATIENCE = 5.0  # seconds that a request waits for a receiver; the worker then tries again


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="deliver")
def deliver(timestamp: int) -> None:
    """Deliver what is due in all organizations; after a billing run that is a lot, so in rounds."""
    for _ in range(MOST_ROUNDS):
        done = deliver_due(at=clock.now(), most=MOST_AT_ONCE)
        if max(done.handled + done.failed, done.sent) < MOST_AT_ONCE:
            return


def settle(organization: Organization) -> Delivered:
    """Deliver what has been queued in a sandbox, before whoever queued it gets an answer."""
    at = clock.now()
    if not is_waiting(organization, at):
        return Delivered()
    return deliver_due(organization, at=at, timeout=PATIENCE)
