"""An invoice to make documents of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from activity.actors import COMMAND
from tests.factories import (
    AddOnFactory,
)
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def one_off(customer, *, units=Decimal(1), name="Set-up", **line):
    add_on = AddOnFactory(organization=customer.organization, name=name, amount_cents=10_000)
    return create_one_off_invoice(
        customer,
        lines=[OneOffLine(add_on_code=add_on.code, units=units, **line)],
        currency="EUR",
        actor=COMMAND,
        at=NOW,
    )
