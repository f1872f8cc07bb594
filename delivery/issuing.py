"""What follows when a document is final: its PDF is made, the world hears of it, the customer gets it."""

from __future__ import annotations

from datetime import datetime

from activity import journal
from activity.models import OutboxMessage
from delivery.documents import document_of
from delivery.emails import SCENARIOS, customer_of, is_wanted
from delivery.links import public_url
from delivery.things import thing_of


def issue_document(message: OutboxMessage, *, at: datetime, now: datetime) -> None:
    """Make and keep the PDF, announce it (``invoice.generated``), and have it mailed where that is wanted."""
    thing = thing_of(message.object_type, message.object_id)
    document_of(thing, at=at)
    kind = f"{message.object_type}.generated"
    journal.announce(thing, kind, at=at, payload={"file_url": public_url(thing)})
    if is_wanted(customer_of(thing).organization, message.object_type):
        journal.announce(thing, SCENARIOS[message.object_type], at=at, topic="email")
