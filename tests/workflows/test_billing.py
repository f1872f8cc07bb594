"""Billing end to end in the database: starts, periods, terminations, drafts, voids, deletion."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from activity.actors import COMMAND
from billing.errors import NotFound
from invoices.models import BilledPeriod, CreditNote, Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    AppliedCouponFactory,
    ChargeFactory,
    PlanFactory,
)
from usage.operations import ingest
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant
from workflows.advance_clock import advance_clock
from workflows.bill_due import bill_due
from workflows.delete_customer import delete_customer
from workflows.end_subscription import end_subscription
from workflows.finalize_due import finalize_due
from workflows.finalize_invoice import finalize_invoice
from workflows.start_subscription import start_subscription
from workflows.void_invoice import void_invoice

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plan(customer, **columns):
    return PlanFactory(organization=customer.organization, **columns)


def start(customer, plan, moment, external_id="sub", **asked):
    return start_subscription(
        customer,
        asked=NewSubscription(external_id=external_id, plan=plan, **asked),
        actor=COMMAND,
        at=moment,
    )


def end(subscription, moment, **options):
    return end_subscription(subscription, options=options, actor=COMMAND, at=moment)


def invoices(customer):
    return list(Invoice.objects.filter(customer=customer).order_by("created_at", "pk"))


def use(customer, code, moment, transaction_id, external_id="sub", **properties):
    ingest(
        customer.organization,
        {
            "transaction_id": transaction_id,
            "external_subscription_id": external_id,
            "code": code,
            "timestamp": moment.timestamp(),
            "properties": properties,
        },
        at=moment,
        actor=COMMAND,
    )


def test_an_advance_plan_is_billed_at_its_start_for_the_rest_of_the_month(customer):
    start(
        customer, plan(customer, amount_cents=5000, pay_in_advance=True), at("2023-02-08T10:00:00")
    )

    [invoice] = invoices(customer)
    assert (invoice.fees_amount_cents, invoice.taxes_amount_cents) == (3750, 750)
    assert (invoice.total_amount_cents, invoice.status) == (4500, "finalized")
    assert (
        invoice.number
        == f"{customer.organization.document_number_prefix}-{customer.sequential_id:03d}-001"
    )


def test_an_advance_plan_that_ends_on_its_first_day_keeps_one_day(customer):
    subscription = start(
        customer, plan(customer, amount_cents=5000, pay_in_advance=True), at("2023-02-08T10:00:00")
    )

    end(subscription, at("2023-02-08T14:00:00"))

    [note] = CreditNote.objects.all()
    assert (note.sub_total_excluding_taxes_amount_cents, note.taxes_amount_cents) == (3571, 714)
    assert note.total_amount_cents == 4285
    assert [i.total_amount_cents for i in invoices(customer)] == [4500, 0]


def test_usage_is_invoiced_when_the_subscription_ends_and_the_credit_note_pays(customer):
    advance = plan(customer, amount_cents=10000, pay_in_advance=True)
    charge = ChargeFactory(plan=advance, properties={"amount": "50"})
    subscription = start(customer, advance, at("2025-02-08T00:00:00"))
    use(customer, charge.billable_metric.code, at("2025-02-10T00:00:00"), "t1")

    end(subscription, at("2025-02-21T12:00:00"))

    first, last = invoices(customer)
    assert first.total_amount_cents == 9000
    assert CreditNote.objects.get().total_amount_cents == 3000
    assert last.fees_amount_cents == 5000
    assert last.credit_notes_amount_cents == 3000
    assert last.total_amount_cents == 3000


def test_an_arrears_plan_that_ends_on_its_first_day_pays_one_day(customer):
    subscription = start(customer, plan(customer, amount_cents=1000), at("2024-06-03T08:00:00"))

    end(subscription, at("2024-06-03T18:00:00"))

    [invoice] = invoices(customer)
    assert invoice.fees_amount_cents == 33


def test_the_clock_bills_each_month_once(customer):
    organization = customer.organization
    advance_clock(organization, to=at("2024-01-15T00:00:00"), actor=COMMAND)
    start(customer, plan(customer, amount_cents=3100), at("2024-01-15T00:00:00"))

    advance_clock(organization, to=at("2024-04-10T00:00:00"), actor=COMMAND)
    bill_due(organization, at=at("2024-04-10T00:00:00"))

    assert [i.fees_amount_cents for i in invoices(customer)] == [1700, 3100, 3100]
    assert [str(i.issuing_date) for i in invoices(customer)] == [
        "2024-02-01",
        "2024-03-01",
        "2024-04-01",
    ]
    assert [i.sequential_id for i in invoices(customer)] == [1, 2, 3]


def test_a_run_that_was_late_bills_every_missed_day(customer):
    start(customer, plan(customer, amount_cents=3100), at("2024-01-01T00:00:00"))

    bill_due(customer.organization, at=at("2024-03-20T09:00:00"))

    assert [(i.fees_amount_cents, str(i.issuing_date)) for i in invoices(customer)] == [
        (3100, "2024-02-01"),
        (3100, "2024-03-01"),
    ]


def test_an_upgrade_bills_both_plans_on_one_invoice(customer):
    cheap = plan(customer, amount_cents=0)
    start(customer, cheap, at("2024-04-24T00:00:00"))

    dear = start(customer, plan(customer, amount_cents=2000), at("2024-04-24T12:00:00"))
    end(dear, at("2024-04-26T12:00:00"))

    assert [i.total_amount_cents for i in invoices(customer)] == [0, 240]
    assert dear.previous_subscription.plan == cheap


def test_multiple_upgrades_credit_what_was_paid_ahead(customer):
    start(
        customer, plan(customer, amount_cents=1000, pay_in_advance=True), at("2024-03-05T00:00:00")
    )
    start(
        customer, plan(customer, amount_cents=1500, pay_in_advance=True), at("2024-03-12T08:00:00")
    )
    start(
        customer, plan(customer, amount_cents=1900, pay_in_advance=True), at("2024-03-12T09:00:00")
    )

    fees = [i.fees_amount_cents for i in invoices(customer)]
    assert fees == [871, 968, 1226]
    notes = [n.sub_total_excluding_taxes_amount_cents for n in CreditNote.objects.order_by("pk")]
    assert notes == [645, 968]


def test_a_downgrade_waits_for_the_next_period(customer):
    organization = customer.organization
    advance_clock(organization, to=at("2024-01-01T00:00:00"), actor=COMMAND)
    dear = start(customer, plan(customer, amount_cents=3100), at("2024-01-01T00:00:00"))

    start(
        customer, plan(customer, amount_cents=1000, pay_in_advance=True), at("2024-01-10T00:00:00")
    )
    advance_clock(organization, to=at("2024-02-02T00:00:00"), actor=COMMAND)

    dear.refresh_from_db()
    new = Subscription.objects.get(previous_subscription=dear)
    assert (dear.status, new.status) == ("terminated", "active")
    assert dear.terminated_at == new.started_at == at("2024-02-01T00:00:00")
    [invoice] = invoices(customer)
    assert invoice.fees_amount_cents == 3100 + 1000


def test_a_draft_touches_no_coupon_until_it_is_finalized(customer):
    customer.invoice_grace_period = 3
    customer.save()
    coupon = AppliedCouponFactory(customer=customer, amount_cents=300)
    start(
        customer, plan(customer, amount_cents=1000, pay_in_advance=True), at("2024-03-01T00:00:00")
    )
    [draft] = invoices(customer)
    assert (draft.status, draft.total_amount_cents) == ("draft", 1200)

    final = finalize_invoice(draft, actor=COMMAND, at=at("2024-03-03T23:59:59"))

    coupon.refresh_from_db()
    assert (final.coupons_amount_cents, final.total_amount_cents) == (300, 840)
    assert coupon.status == "terminated"
    assert str(final.issuing_date) == "2024-03-03"
    with pytest.raises(NotFound):
        finalize_invoice(final, actor=COMMAND, at=at("2024-03-05T00:00:00"))


def test_a_draft_that_became_final_when_its_grace_period_ended_is_finalized_as_asked(customer):
    customer.invoice_grace_period = 3
    customer.save()
    in_advance = plan(customer, amount_cents=1000, pay_in_advance=True)
    start(customer, in_advance, at("2024-03-01T00:00:00"))
    [draft] = invoices(customer)
    finalize_due(customer.organization, at=at("2024-03-04T00:20:00"))

    again = finalize_invoice(draft, actor=COMMAND, at=at("2024-03-05T00:00:00"))

    assert (again.number, again.finalized_at) == (
        f"{customer.organization.document_number_prefix}-{customer.sequential_id:03d}-001",
        at("2024-03-04T00:20:00"),
    )


def test_an_invoice_that_never_was_a_draft_cannot_be_finalized(customer):
    in_advance = plan(customer, amount_cents=1000, pay_in_advance=True)
    start(customer, in_advance, at("2024-03-01T00:00:00"))
    [final] = invoices(customer)

    with pytest.raises(NotFound):
        finalize_invoice(final, actor=COMMAND, at=at("2024-03-05T00:00:00"))


def test_voiding_gives_everything_back(customer):
    coupon = AppliedCouponFactory(customer=customer, amount_cents=300)
    wallet = wallets.create(
        customer,
        columns={"rate_amount": Decimal(1), "currency": "EUR"},
        actor=COMMAND,
        at=at("2024-03-01T00:00:00"),
    )
    grant(wallet, top_up=TopUp(credits=Decimal(5)), actor=COMMAND, at=at("2024-03-01T00:00:00"))
    start(
        customer, plan(customer, amount_cents=1000, pay_in_advance=True), at("2024-03-01T00:00:00")
    )
    [invoice] = invoices(customer)
    assert (invoice.prepaid_credit_amount_cents, invoice.total_amount_cents) == (500, 340)

    voided = void_invoice(invoice, actor=COMMAND, at=at("2024-03-02T00:00:00"))

    coupon.refresh_from_db()
    wallet.refresh_from_db()
    assert (coupon.status, wallet.balance_cents) == ("active", 500)
    assert (voided.status, voided.total_due_amount_cents) == ("voided", 0)
    assert not BilledPeriod.objects.filter(invoice=invoice, is_released=False).exists()


def test_deletion_ends_everything_in_one_go(customer):
    customer.invoice_grace_period = 3
    customer.save()
    moment = at("2022-12-15T00:00:00")
    advance_clock(customer.organization, to=moment, actor=COMMAND)
    start(customer, plan(customer, amount_cents=1000, pay_in_advance=True), moment)
    start(customer, plan(customer, amount_cents=500, pay_in_advance=True), moment)
    coupon = AppliedCouponFactory(customer=customer, amount_cents=123)
    wallet = wallets.create(
        customer, columns={"rate_amount": Decimal(1), "currency": "EUR"}, actor=COMMAND, at=moment
    )
    grant(wallet, top_up=TopUp(credits=Decimal(20)), actor=COMMAND, at=moment)
    later = at("2022-12-20T00:00:00")

    deleted = delete_customer(customer, actor=COMMAND, at=later)

    coupon.refresh_from_db()
    wallet.refresh_from_db()
    assert deleted.deleted_at == later
    assert {i.status for i in invoices(customer)} == {"finalized"}
    assert sorted(Subscription.objects.values_list("status", flat=True)) == [
        "canceled",
        "terminated",
    ]
    assert (coupon.status, wallet.status, wallet.balance_cents) == ("terminated", "terminated", 0)
    with pytest.raises(NotFound):
        delete_customer(customer, actor=COMMAND, at=later)
    with pytest.raises(NotFound):
        start(customer, plan(customer), later, external_id="other")
