"""A fault at each SQL statement of a deletion: afterwards the state is the one before or the one after."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import OperationalError, connection, connections

from activity.actors import COMMAND
from billing_admin.invariants import breaches
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from subscriptions.new import NewSubscription
from tests.factories import (
    AppliedCouponFactory,
    ChargeFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    TaxFactory,
)
from tests.soak.snapshot import checksums, undone
from usage.operations import ingest
from wallets.models import Wallet
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant
from workflows.delete_customer import delete_customer
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db(transaction=True)

BEGUN = datetime(2024, 3, 1, tzinfo=UTC)
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)


class Counter:
    """Counts the statements, and breaks the one that `broken` numbers, before or after it has run."""

    def __init__(self, broken: int | None = None, *, has_run: bool = False) -> None:
        self.broken, self.has_run, self.number = broken, has_run, 0

    def __call__(self, execute, sql, params, many, context):
        self.number += 1
        if self.number != self.broken:
            return execute(sql, params, many, context)
        if self.has_run:
            execute(sql, params, many, context)
        raise OperationalError("The connection is gone.")


def start(customer, external_id, at=BEGUN, **columns):
    plan = PlanFactory(organization=customer.organization, **columns)
    asked = NewSubscription(external_id=external_id, plan=plan)
    return start_subscription(customer, asked=asked, actor=COMMAND, at=at)


@pytest.fixture(params=[0, 5], ids=["without a grace period", "with drafts"])
def busy(request):
    """A customer with everything in play; with a grace period its invoices are drafts."""
    organization = OrganizationFactory(is_sandbox=True)
    TaxFactory(organization=organization, rate=20, applied_to_organization=True)
    customer = CustomerFactory(
        organization=organization, currency="EUR", invoice_grace_period=request.param
    )
    start(customer, "ahead", amount_cents=31_000, pay_in_advance=True)
    behind = start(customer, "behind", amount_cents=6_200)
    charge = ChargeFactory(plan=behind.plan)
    start(customer, "behind", amount_cents=1_000, pay_in_advance=True)  # waits for April
    event = {
        "transaction_id": "one",
        "external_subscription_id": "behind",
        "code": charge.billable_metric.code,
        "timestamp": (BEGUN + timedelta(days=1)).timestamp(),
        "properties": {},
    }
    ingest(organization, event, at=BEGUN + timedelta(days=1), actor=COMMAND)
    AppliedCouponFactory(customer=customer, frequency="forever")
    AppliedCouponFactory(customer=customer, amount_cents=200)
    columns = {"name": "Prepaid", "currency": "EUR", "rate_amount": Decimal(1)}
    wallet = wallets.create(customer, columns=columns, actor=COMMAND, at=BEGUN)
    grant(wallet, top_up=TopUp(credits=Decimal(50)), actor=COMMAND, at=BEGUN)
    return customer


def delete(customer: Customer) -> None:
    delete_customer(Customer.objects.get(pk=customer.pk), actor=COMMAND, at=NOON)


def statements(customer: Customer) -> int:
    counter = Counter()
    with undone(), connection.execute_wrapper(counter):
        delete(customer)
    return counter.number - 2  # the savepoint of the deletion itself, which else is the transaction


def break_at(customer: Customer, number: int, *, has_run: bool) -> bool:
    """Delete with a fault at one statement; say whether the deletion went through nevertheless."""
    counter = Counter(number, has_run=has_run)
    with connection.execute_wrapper(counter):
        try:
            delete(customer)
        except OperationalError:
            return False
    return True


def test_a_fault_anywhere_leaves_the_state_before_or_the_one_after(asked, busy):
    before, count = checksums(), statements(busy)
    assert checksums() == before
    numbers = list(range(1, count + 1))
    random.Random(asked.seed).shuffle(numbers)
    taken = sorted(numbers[: max(1, count * min(asked.count, 10) // 10)])

    for number in taken:
        for has_run in (False, True):
            assert not break_at(busy, number, has_run=has_run), f"statement {number} is passed over"
            assert checksums() == before, f"statement {number} of {count} leaves something"

    whole = Counter()
    with connection.execute_wrapper(whole):
        delete(busy)
    assert whole.number == count
    assert Customer.objects.get(pk=busy.pk).is_deleted
    assert not Invoice.objects.drafts().filter(customer=busy).exists()
    assert CreditNote.objects.filter(customer=busy, status="finalized").count() == 1
    assert Wallet.objects.get(customer=busy).balance_cents == 0
    assert list(breaches()) == []
    print(f"{len(taken)} of {count} statements, before and after each: nothing in between")


@pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "done"])
def test_a_fault_at_the_commit_leaves_the_state_before_or_the_one_after(busy, monkeypatch, is_lost):
    before = checksums()
    ours = connections["default"]
    finish = ours.connection.rollback if is_lost else ours.connection.commit

    def broken():
        finish()
        raise OperationalError("The connection is gone.")

    monkeypatch.setattr(ours, "_commit", broken)
    with pytest.raises(OperationalError):
        delete(busy)
    monkeypatch.undo()

    assert Customer.objects.get(pk=busy.pk).is_deleted is not is_lost
    assert (checksums() == before) is is_lost
    assert list(breaches()) == []


def test_a_backend_that_dies_in_the_middle_leaves_the_state_before(busy):
    before, count = checksums(), statements(busy)

    def dies(execute, sql, params, many, context, seen=[0]):  # noqa: B006
        seen[0] += 1
        if seen[0] == count // 2:
            sql, params = "SELECT pg_terminate_backend(pg_backend_pid())", None
        return execute(sql, params, many, context)

    with pytest.raises(OperationalError), connection.execute_wrapper(dies):
        delete(busy)
    connection.close()

    assert checksums() == before
