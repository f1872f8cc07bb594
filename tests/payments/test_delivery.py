"""What waits in the outbox for a provider reaches it."""

from __future__ import annotations

import pytest

from activity.models import OutboxMessage
from delivery.outbox import deliver_due
from tests.payments.given import LATER, one_off

pytestmark = pytest.mark.django_db


def test_the_outbox_collects_a_finalized_invoice(stripe, payer):
    invoice = one_off(10_000, customer=payer)

    deliver_due(payer.organization, at=LATER)

    invoice.refresh_from_db()
    assert (invoice.payment_status, stripe.moved_cents()) == ("succeeded", 10_000)
    assert OutboxMessage.objects.get(topic="payment").handled_at == LATER
