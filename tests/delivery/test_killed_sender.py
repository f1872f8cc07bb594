"""A sender that is killed by the system while the receiver listens: another sends the same bytes again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection

from activity import journal
from delivery.models import WebhookDelivery
from delivery.outbox import deliver_due
from delivery.webhooks import LEASE
from tests.factories import CustomerFactory, WebhookEndpointFactory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEND = """
import sys
from datetime import datetime

import django

django.setup()
from django.db import connection

connection.settings_dict["NAME"] = sys.argv[1]
from delivery.outbox import deliver_due

deliver_due(at=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.mark.django_db(transaction=True)
def test_after_kill_9_the_same_bytes_are_sent_again(receiver) -> None:
    held, let_go = threading.Event(), threading.Event()
    receiver.before = lambda: (held.set(), let_go.wait(20))
    customer = CustomerFactory()
    WebhookEndpointFactory(organization=customer.organization, webhook_url=receiver.url)
    journal.announce(customer, "customer.created", at=NOW)

    sender = subprocess.Popen(
        [sys.executable, "-c", SEND, connection.settings_dict["NAME"], NOW.isoformat()],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    assert held.wait(30)
    sender.send_signal(signal.SIGKILL)
    assert sender.wait(10) == -signal.SIGKILL
    let_go.set()
    receiver.before = lambda: None
    customer.name = "Renamed meanwhile"
    customer.save()

    assert deliver_due(at=NOW).sent == 0
    assert deliver_due(at=NOW + LEASE).sent == 1

    first, second = receiver.heard
    assert (first.body, first.headers) == (second.body, second.headers)
    assert WebhookDelivery.objects.get().status == "succeeded"
