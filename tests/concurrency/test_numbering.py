"""Finalizing many drafts at once: numbers without a gap or a double, also when some roll back."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from activity.actors import COMMAND
from customers.models import Customer
from invoices.models import Invoice
from organizations.models import Organization
from subscriptions.new import NewSubscription
from tests.factories import CustomerFactory, OrganizationFactory, PlanFactory
from tests.soak.at_once import at_once
from workflows.bill_due import bill_due
from workflows.finalize_invoice import finalize_invoice
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db(transaction=True)

BEGUN = datetime(2022, 1, 1, tzinfo=UTC)
AT_ONCE = 50
BROKEN = 7
"""Every so many finalizations is rolled back and done again afterwards."""


class Broken(Exception):
    pass


def house(numbering: str, customers: int) -> Organization:
    """An organization with 50 subscriptions that get a draft each every month."""
    organization = OrganizationFactory(
        is_sandbox=True, document_numbering=numbering, invoice_grace_period=3
    )
    plan = PlanFactory(organization=organization)
    for number in range(customers):
        customer = CustomerFactory(
            organization=organization, currency="EUR", sequential_id=number + 1
        )
        for which in range(AT_ONCE // customers):
            asked = NewSubscription(
                external_id=f"{number}-{which}", plan=plan, consolidate_invoice=False
            )
            start_subscription(customer, asked=asked, actor=COMMAND, at=BEGUN)
    return organization


def finalize_all(drafts: list[Invoice], at: datetime) -> None:
    def finalize(index: int) -> bool:
        try:
            with transaction.atomic():
                finalize_invoice(drafts[index], actor=COMMAND, at=at)
                if index % BROKEN == 0:
                    raise Broken
        except Broken:
            return False
        return True

    done = at_once(AT_ONCE, finalize)
    for draft, is_done in zip(drafts, done, strict=True):
        if not is_done:
            finalize_invoice(draft, actor=COMMAND, at=at)


def month(number: int) -> datetime:
    return BEGUN.replace(year=BEGUN.year + (number // 12), month=number % 12 + 1)


def rounds(organization: Organization, count: int) -> int:
    for number in range(1, count + 1):
        bill_due(organization, at=month(number))
        drafts = list(Invoice.objects.of(organization).drafts().order_by("pk"))
        assert len(drafts) == AT_ONCE
        finalize_all(drafts, month(number))
    return AT_ONCE * count


def numbers(rows, column: str) -> list[int]:
    return list(rows.order_by(column).values_list(column, flat=True))


def test_numbers_of_one_customer_have_no_gap_and_no_double(asked):
    organization = house("per_customer", customers=1)

    made = rounds(organization, asked.count)

    finals = Invoice.objects.of(organization).finalized()
    assert numbers(finals, "sequential_id") == list(range(1, made + 1))
    assert finals.values("number").distinct().count() == made
    print(f"{made} numbers of one customer: no gap, no double")


def test_numbers_of_an_organization_have_no_gap_and_no_double(asked):
    organization = house("per_organization", customers=10)

    made = rounds(organization, asked.count)

    finals = Invoice.objects.of(organization).finalized()
    assert numbers(finals, "organization_sequential_id") == list(range(1, made + 1))
    for customer in Customer.objects.of(organization):
        own = numbers(finals.filter(customer=customer), "sequential_id")
        assert own == list(range(1, made // 10 + 1))
    assert finals.values("number").distinct().count() == made
    print(f"{made} numbers of an organization, and those of its 10 customers: no gap, no double")
