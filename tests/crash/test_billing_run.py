"""A billing run that is started four times at once, or killed with SIGKILL: nothing lost, nothing double."""

import random
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Count

from activity.actors import COMMAND
from billing_admin.invariants import breaches
from customers.models import Customer
from invoices.models import BilledPeriod, Invoice
from organizations.models import Organization
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.crash.processes import kill, start, wait_for_silence
from tests.factories import (
    AppliedCouponFactory,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    TaxFactory,
)
from usage.operations import ingest_batch
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant
from workflows import bill_due
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db(transaction=True)

BEGUN = datetime(2022, 1, 1, tzinfo=UTC)
CUSTOMERS = 200
FEE, CALL = 1_000, 300


@pytest.fixture
def organization(monkeypatch):
    """200 customers with a plan, usage in January, a tax, coupons and wallets; small blocks, many commits."""
    monkeypatch.setattr(bill_due, "BLOCK", 20)
    organization = OrganizationFactory(is_sandbox=True, document_numbering="per_organization")
    TaxFactory(organization=organization, rate=20, applied_to_organization=True)
    plan = PlanFactory(organization=organization, amount_cents=FEE)
    charge = ChargeFactory(plan=plan, properties={"amount": "3"})
    for number in range(CUSTOMERS):
        _add_customer(organization, plan, number)
    for first in range(0, CUSTOMERS, 100):
        _use(organization, charge.billable_metric.code, range(first, first + 100))
    return organization


def _use(organization, code, numbers):
    moment = BEGUN + timedelta(days=3)
    events = [
        {
            "transaction_id": f"t{number}",
            "external_subscription_id": f"s{number}",
            "code": code,
            "timestamp": moment.timestamp(),
            "properties": {},
        }
        for number in numbers
    ]
    ingest_batch(organization, events, at=moment, actor=COMMAND)


def _add_customer(organization, plan, number):
    customer = CustomerFactory(organization=organization, currency="EUR", sequential_id=number + 1)
    asked = NewSubscription(external_id=f"s{number}", plan=plan)
    start_subscription(customer, asked=asked, actor=COMMAND, at=BEGUN)
    if number % 4 == 0:
        AppliedCouponFactory(customer=customer, amount_cents=100, frequency="forever")
    if number % 5 == 0:
        columns = {"rate_amount": Decimal(1), "currency": "EUR"}
        wallet = wallets.create(customer, columns=columns, actor=COMMAND, at=BEGUN)
        grant(wallet, top_up=TopUp(credits=Decimal(50)), actor=COMMAND, at=BEGUN)


def month(number: int) -> datetime:
    return BEGUN.replace(year=BEGUN.year + number // 12, month=number % 12 + 1)


def bill(organization: Organization, at: datetime):
    """The run as a function that waits to be called in another process."""
    return lambda: bill_due.bill_due(Organization.objects.get(pk=organization.pk), at=at)


def check(organization: Organization, months: int) -> None:
    """Each customer has one invoice for each month, each with its own figures, and all of it adds up."""
    assert list(breaches()) == []
    counts = Customer.objects.of(organization).annotate(made=Count("invoices"))
    assert set(counts.values_list("made", flat=True)) == {months}
    fees = set(Invoice.objects.of(organization).values_list("billed_at", "fees_amount_cents"))
    wanted = {(month(1), FEE + CALL)} | {(month(n), FEE) for n in range(2, months + 1)}
    assert fees == wanted
    assert BilledPeriod.objects.of(organization).count() == CUSTOMERS * months * 2
    waiting = Subscription.objects.of(organization).values_list("next_billing_at", flat=True)
    assert set(waiting) == {month(months + 1)}


def test_started_four_times_at_once_it_bills_each_customer_once(organization):
    runs = [start(bill(organization, month(1))) for _ in range(4)]
    for run in runs:
        run.join()

    assert [run.exitcode for run in runs] == [0] * 4
    check(organization, 1)
    print(f"four runs at once over {CUSTOMERS} customers: one invoice each")


def test_killed_at_random_moments_and_started_again_nothing_is_lost_or_double(asked, organization):
    dice = random.Random(asked.seed)
    begun = time.monotonic()
    bill(organization, month(1))()
    length = time.monotonic() - begun
    killed = partly = months = 0
    months = 1

    while killed < asked.count:
        months += 1
        run = start(bill(organization, month(months)))
        time.sleep(dice.uniform(0, length * 0.9))
        killed += kill(run)
        wait_for_silence()
        assert list(breaches()) == []
        done = Invoice.objects.of(organization).filter(billed_at=month(months)).count()
        assert done % 20 == 0
        partly += 0 < done < CUSTOMERS
        bill(organization, month(months))()
        check(organization, months)

    print(
        f"{killed} kills of a run of {length:.1f} s over {CUSTOMERS} customers, "
        f"{partly} between two blocks: nothing lost, nothing double"
    )
