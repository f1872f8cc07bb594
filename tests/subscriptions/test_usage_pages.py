"""The pages of usage: a panel, a charge, how an amount came about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from activity.actors import COMMAND
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from tests.factories import (
    ChargeFactory,
    ChargeFilterFactory,
)
from tests.subscriptions.pages import plan, start, use
from workflows.advance_clock import advance_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def used(sandbox: Any, customer: Customer) -> Subscription:
    charge = ChargeFactory(plan=plan(sandbox), billable_metric__code="calls")
    ChargeFilterFactory(charge=charge)
    made = start(customer, charge.plan)
    use(customer, "calls", 4, region="eu")
    use(customer, "calls", 2)
    return made


def test_the_panel_adds_up(sandbox: Any, used: Subscription) -> None:
    panel = sandbox.get(f"/subscriptions/{used.pk}/usage/").context["panel"]

    [line] = panel.lines
    assert (line.usage.units, line.usage.events_count) == (6, 6)
    assert (panel.amount_cents, panel.taxes_cents, panel.total_cents) == (1000, 0, 1000)
    assert (panel.projected_cents, panel.elapsed_days, panel.period_days) == (2818, 11, 31)
    assert panel.written_period == "March 2024"
    assert [bar.title for bar in panel.chart.bars[:5]] == [
        "1 Mar 2024: 2 events", "2 Mar 2024: 2 events", "3 Mar 2024: 1 event", "4 Mar 2024: 1 event",
        "5 Mar 2024: 0 events",
    ]  # fmt: skip


def test_a_charge_shows_its_filters_and_each_explains_itself(
    sandbox: Any, used: Subscription
) -> None:
    charge = used.plan.charges.get()
    url = f"/subscriptions/{used.pk}/usage/{charge.pk}/"

    parts = sandbox.get(url).context["parts"]
    explained = sandbox.get(parts[0].url)

    assert [(one.name, one.fee.units, one.fee.amount_cents) for one in parts] == [
        ("eu", 4, 800), ("All others", 2, 200),
    ]  # fmt: skip
    assert [(row["units"], row.get("price"), row.get("amount")) for row in explained.context["steps"]] == [
        ("4", None, None), ("4", "€2.00", "€8.00"),
    ]  # fmt: skip
    assert len(explained.context["events"]) == 4
    assert {one.properties["region"] for one, _fault in explained.context["events"]} == {"eu"}


def test_a_past_period_is_shown_as_it_was_billed(sandbox: Any, used: Subscription) -> None:
    advance_clock(sandbox.organization, to=datetime(2024, 4, 3, tzinfo=UTC), actor=COMMAND)
    url = f"/subscriptions/{used.pk}/usage/"

    current = sandbox.get(url).context["panel"]
    past = sandbox.get(current.periods[1]["url"]).context["panel"]

    assert [one["label"] for one in current.periods] == ["Current", "March 2024"]
    assert (current.total_cents, past.total_cents) == (0, 1000)
    assert past.entry.invoice == Invoice.objects.get()
    part = sandbox.get(past.lines[0].url).context["parts"][0]
    assert len(sandbox.get(part.url).context["events"]) == 4


@pytest.mark.parametrize(
    "query", ["?period=nonsense", "?period=00000000-0000-0000-0000-000000000000"]
)
def test_a_period_that_was_not_billed_is_not_found(
    sandbox: Any, used: Subscription, query: str
) -> None:
    assert sandbox.get(f"/subscriptions/{used.pk}/usage/{query}").status_code == 404


def test_an_unknown_part_is_not_found(sandbox: Any, used: Subscription) -> None:
    charge = used.plan.charges.get()

    url = f"/subscriptions/{used.pk}/usage/{charge.pk}/explain/?filter=nothing"

    assert sandbox.get(url).status_code == 404
