"""What tests of bulk actions ask and answer."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from invoices.models import InvoiceBatch


def address(action, *invoices, **more):
    rows = [("row", invoice.pk) for invoice in invoices]
    return f"/invoices/batches/new/?{urlencode([('action', action), *rows, *more.items()])}"


def told(answer):
    return [effect["label"] for effect in answer.context["effects"]]


def confirm(client, where, asked=None, **more):
    """Send a question back as its form would."""
    asked = asked or client.get(where)
    sent = {**dict(asked.context["hidden"]), "form_token": uuid.uuid4(), **more}
    return client.post(where, sent)


def states():
    batch = InvoiceBatch.objects.get()
    return [(row.state, row.words) for row in batch.rows.order_by("position")]
