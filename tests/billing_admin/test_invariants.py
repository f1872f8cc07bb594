"""Everything adds up after each kind of business, and each invariant notices when it does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F

from activity.actors import COMMAND
from billing_admin.invariants import INVARIANTS, breaches, tenancy
from coupons.models import AppliedCoupon, Coupon
from customers.models import Customer
from invoices.models import (
    BilledPeriod,
    CouponCredit,
    CreditNote,
    CreditNoteCredit,
    CreditNoteItem,
    Fee,
    FeeTax,
    Invoice,
    InvoiceTax,
    PrepaidCredit,
    ProgressiveCredit,
)
from payments.models import Payment
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import (
    AppliedCouponFactory,
    CustomerFactory,
    OrganizationFactory,
    PlanFactory,
    TaxFactory,
)
from wallets.models import Consumption, Wallet, WalletTransaction
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant
from workflows.delete_customer import delete_customer
from workflows.end_subscription import end_subscription
from workflows.start_subscription import start_subscription
from workflows.void_invoice import void_invoice

pytestmark = pytest.mark.django_db


def on(day: int) -> datetime:
    return datetime(2024, 3, day, tzinfo=UTC)


def start(customer: Customer, external_id: str, day: int) -> Subscription:
    """Start a plan of 31.00 a month in advance."""
    plan = PlanFactory(organization=customer.organization, amount_cents=3100, pay_in_advance=True)
    asked = NewSubscription(external_id=external_id, plan=plan)
    return start_subscription(customer, asked=asked, actor=COMMAND, at=on(day))


@pytest.fixture
def business() -> Customer:
    """A customer whose invoices bear a coupon, taxes, prepaid credits and a credit note; one is voided."""
    organization = OrganizationFactory(is_sandbox=True)
    TaxFactory(organization=organization, rate=20, applied_to_organization=True)
    customer = CustomerFactory(organization=organization, currency="EUR")
    AppliedCouponFactory(customer=customer, amount_cents=300)
    columns = {"rate_amount": Decimal(1), "currency": "EUR"}
    wallet = wallets.create(customer, columns=columns, actor=COMMAND, at=on(1))
    grant(wallet, top_up=TopUp(credits=Decimal(5)), actor=COMMAND, at=on(1))
    first = start(customer, "first", 1)
    end_subscription(first, options={}, actor=COMMAND, at=on(16))
    start(customer, "second", 17)
    start(customer, "third", 18)
    latest = Invoice.objects.order_by("-created_at", "-pk").first()
    assert latest is not None
    void_invoice(latest, actor=COMMAND, at=on(19))
    return customer


@pytest.fixture
def unguarded(business: Customer) -> Customer:
    """The same, in a database whose own guards against forgery are down until the test ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (Wallet, WalletTransaction, Consumption):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
    return business


def test_everything_adds_up_after_all_kinds_of_business(business: Customer) -> None:
    for part in (
        CouponCredit,
        InvoiceTax,
        CreditNote,
        CreditNoteCredit,
        PrepaidCredit,
        Consumption,
    ):
        assert part.objects.exists(), f"the business leaves out {part.__name__}"
    assert list(breaches()) == []

    delete_customer(business, actor=COMMAND, at=on(20))

    assert list(breaches()) == []


def a_progressive_credit(customer: Customer) -> None:
    invoice = Invoice.objects.all()[0]
    ProgressiveCredit.objects.create(
        organization=customer.organization,
        invoice=invoice,
        progressive_invoice=invoice,
        amount_cents=1,
        created_at=on(20),
    )


def a_payment(customer: Customer) -> None:
    invoice = Invoice.objects.filter(status="finalized")[0]
    Payment.objects.create(
        organization=customer.organization,
        customer=customer,
        invoice=invoice,
        amount_cents=1,
        currency="EUR",
        status="succeeded",
        paid_at=on(20),
        created_at=on(20),
        updated_at=on(20),
    )


def a_missing_number(customer: Customer) -> None:
    newest = Invoice.objects.order_by("-sequential_id")[0]
    Invoice.objects.filter(pk=newest.pk).update(sequential_id=F("sequential_id") + 1)


def a_number_left_out(customer: Customer) -> None:
    for number, invoice in zip((1, 99), Invoice.objects.filter(status="finalized"), strict=False):
        Invoice.objects.filter(pk=invoice.pk).update(organization_sequential_id=number)


def a_period_billed_again(customer: Customer) -> None:
    voided = Invoice.objects.get(status="voided")
    BilledPeriod.objects.filter(invoice=voided).update(is_released=False)


def a_gap(customer: Customer) -> None:
    billed = BilledPeriod.objects.all()[0]
    for first, last in ((1, 2), (3, 4)):
        BilledPeriod.objects.create(
            organization=customer.organization,
            invoice=billed.invoice,
            subscription=billed.subscription,
            item=customer.pk,
            period=(on(first), on(last)),
        )


def a_second_use(customer: Customer) -> None:
    AppliedCouponFactory(customer=customer, coupon=Coupon.objects.get())
    Coupon.objects.update(reusable=False)


FORGED: dict[str, Callable[[Customer], object]] = {
    "A wallet holds": lambda customer: Wallet.objects.update(balance_cents=F("balance_cents") + 1),
    "No top-up gives": lambda customer: WalletTransaction.objects.filter(
        transaction_type="inbound"
    ).update(amount_cents=1),
    "An invoice asks": lambda customer: Fee.objects.update(amount_cents=F("amount_cents") + 1),
    "An invoice bears": lambda customer: FeeTax.objects.update(precise_amount_cents=1),
    "The taxes that": lambda customer: InvoiceTax.objects.update(amount_cents=1),
    "What fees lose": lambda customer: Fee.objects.update(precise_coupons_amount_cents=1),
    "Coupons take off": lambda customer: CouponCredit.objects.update(amount_cents=1),
    "An invoice takes off": a_progressive_credit,
    "Credit notes pay": lambda customer: CreditNoteCredit.objects.update(amount_cents=1),
    "Prepaid credits pay": lambda customer: PrepaidCredit.objects.filter(role="spent").update(
        role="restored"
    ),
    "A final invoice": lambda customer: Invoice.objects.update(payment_status="pending"),
    "An invoice has been": a_payment,
    "A credit note still holds": lambda customer: CreditNote.objects.update(
        balance_amount_cents=F("credit_amount_cents")
    ),
    "No more of a fee": lambda customer: CreditNoteItem.objects.update(precise_amount_cents=99_999),
    "No more of an invoice": lambda customer: CreditNote.objects.update(
        refund_amount_cents=F("total_amount_cents"), credit_amount_cents=0, balance_amount_cents=0
    ),
    "Final invoices": a_missing_number,
    "Invoices that an": a_number_left_out,
    "A voided invoice": a_period_billed_again,
    "Between two": a_gap,
    "A coupon that may": lambda customer: AppliedCoupon.objects.update(amount_cents=1),
    "A coupon for some": lambda customer: (
        AppliedCoupon.objects.update(
            frequency="recurring", frequency_duration=1, frequency_duration_remaining=0
        ),
        CouponCredit.objects.bulk_create(
            CouponCredit(
                organization=customer.organization,
                invoice=invoice,
                applied_coupon=AppliedCoupon.objects.get(),
                amount_cents=0,
                created_at=on(20),
            )
            for invoice in Invoice.objects.filter(status="finalized", coupon_credits=None)
        ),
    ),
    "A customer has": a_second_use,
    "A deleted customer": lambda customer: Customer.objects.update(deleted_at=on(20)),
    "A fee is": lambda customer: Fee.objects.update(amount_currency="USD"),
    "A subscription that": lambda customer: Subscription.objects.update(next_billing_at=None),
}


@pytest.mark.parametrize("begins", FORGED)
def test_a_forged_row_is_found(unguarded: Customer, begins: str) -> None:
    FORGED[begins](unguarded)

    assert begins in {breach.sentence[: len(begins)] for breach in breaches(INVARIANTS)}


def test_each_invariant_has_a_forged_row() -> None:
    known = {invariant.sentence for invariant in INVARIANTS}

    assert len(FORGED) == len(known)
    assert all(any(sentence.startswith(begins) for sentence in known) for begins in FORGED)


def test_a_row_of_another_organization_is_found(business: Customer) -> None:
    stranger = CustomerFactory()
    Subscription.objects.filter(external_id="second").update(customer=stranger)

    found = list(breaches(list(tenancy())))

    sentences = {breach.sentence for breach in found}
    assert "subscriptions.Subscription.customer stays within its organization." in sentences


def test_the_command_counts_what_holds(
    business: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_invariants")

    count = len(INVARIANTS) + len(list(tenancy()))
    assert capsys.readouterr().out == f"{count} invariants hold.\n"


def test_the_command_names_what_does_not(
    unguarded: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    Wallet.objects.update(balance_cents=7)

    with pytest.raises(CommandError, match="1 rows break"):
        call_command("check_invariants")

    wallet = Wallet.objects.get()
    assert f"{wallet.pk}: 7 instead of" in capsys.readouterr().err


def test_one_organization_alone_is_asked(
    unguarded: Customer, capsys: pytest.CaptureFixture[str]
) -> None:
    Wallet.objects.update(balance_cents=7)
    stranger = CustomerFactory().organization_id

    call_command("check_invariants", "--organization", str(stranger))
    with pytest.raises(CommandError, match="1 rows break"):
        call_command("check_invariants", "--organization", str(unguarded.organization_id))

    assert "7 instead of" in capsys.readouterr().err


def test_asking_changes_nothing(business: Customer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET TRANSACTION READ ONLY")

    assert list(breaches()) == []
