"""A preview changes nothing, says what will happen, and its confirmation does exactly that or nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid, NotFound
from coupons.models import AppliedCoupon
from customers.models import Customer
from invoices.models import CreditNote, Fee, Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import AppliedCouponFactory, ChargeFactory, PlanFactory
from usage.operations import ingest
from wallets.models import Wallet, WalletTransaction
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant
from workflows.delete_customer import delete_customer
from workflows.preview import Plan, PlanChanged, confirm, differences, preview
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db

BEGUN = datetime(2024, 3, 1, tzinfo=UTC)
NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)
TABLES = (
    Customer, Subscription, Invoice, Fee, CreditNote, AppliedCoupon, Wallet, WalletTransaction,
    JournalEntry, OutboxMessage,
)  # fmt: skip


def rows():
    """Everything that a deletion might touch, as it stands."""
    return {model: list(model.objects.order_by("pk").values()) for model in TABLES}


def start(customer, external_id, *, at=BEGUN, **columns):
    plan = PlanFactory(organization=customer.organization, name=external_id, **columns)
    asked = NewSubscription(external_id=external_id, plan=plan)
    return start_subscription(customer, asked=asked, actor=COMMAND, at=at)


@pytest.fixture
def busy(customer):
    """One subscription in advance and one in arrears with usage, a coupon and a wallet."""
    start(customer, "ahead", amount_cents=31000, pay_in_advance=True)
    arrears = start(customer, "behind", amount_cents=6200)
    charge = ChargeFactory(plan=arrears.plan)
    for number in range(3):
        event = {
            "transaction_id": f"t{number}",
            "external_subscription_id": "behind",
            "code": charge.billable_metric.code,
            "timestamp": (BEGUN + timedelta(days=1)).timestamp(),
            "properties": {},
        }
        ingest(customer.organization, event, at=BEGUN + timedelta(days=1), actor=COMMAND)
    AppliedCouponFactory(customer=customer, frequency="forever")
    wallet = wallets.create(
        customer,
        columns={"name": "Prepaid", "currency": "EUR", "rate_amount": Decimal(1)},
        actor=COMMAND,
        at=BEGUN,
    )
    grant(wallet, top_up=TopUp(credits=Decimal(50)), actor=COMMAND, at=BEGUN)
    return customer


def deletion(customer):
    return partial(delete_customer, customer, actor=COMMAND)


def of_kind(plan, kind):
    return [effect for effect in plan.effects if effect["kind"] == kind]


def test_a_preview_changes_nothing(busy):
    before = rows()

    preview(deletion(busy), at=NOON)

    assert rows() == before


def test_a_preview_lists_what_would_be_issued_and_ended(busy):
    plan = preview(deletion(busy), at=NOON)

    assert [one["status"] for one in of_kind(plan, "subscription")] == ["terminated"] * 2
    [note] = of_kind(plan, "credit_note")
    assert (note["total_amount_cents"], note["taxes"][0]["amount_cents"]) == (24000, 4000)
    finals = of_kind(plan, "invoice")
    assert [one["fees_amount_cents"] for one in finals] == [0, 2500]
    assert [(line["type"], line["amount_cents"]) for line in finals[1]["lines"]] == [
        ("subscription", 2200), ("charge", 300),
    ]  # fmt: skip
    assert [one["status"] for one in of_kind(plan, "applied_coupon")] == ["terminated"]
    assert [
        (one["type"], one["credits"], one["amount_cents"])
        for one in of_kind(plan, "wallet_transaction")
    ] == [("voided", "50", 5000)]
    assert of_kind(plan, "customer")[0]["is_deleted"] is True


def test_two_previews_of_one_moment_are_equal(busy):
    first, second = (preview(deletion(busy), at=NOON) for _ in range(2))

    assert first == second
    assert preview(deletion(busy), at=NOON + timedelta(seconds=1)).digest != first.digest


def test_a_confirmation_does_what_was_shown_at_the_moment_it_was_shown(busy):
    plan = preview(deletion(busy), at=NOON)

    deleted, done = confirm(deletion(busy), plan, now=NOON + timedelta(minutes=14))

    assert done.effects == plan.effects
    assert deleted.deleted_at == NOON
    invoice = Invoice.objects.filter(customer=busy).order_by("created_at", "pk").last()
    assert invoice.total_amount_cents == of_kind(plan, "invoice")[1]["total_amount_cents"]
    assert Wallet.objects.get(customer=busy).balance_cents == 0


def test_an_event_after_the_plans_moment_does_not_matter(busy):
    plan = preview(deletion(busy), at=NOON)
    code = Subscription.objects.get(external_id="behind").plan.charges.get().billable_metric.code
    late = NOON + timedelta(minutes=5)
    event = {"transaction_id": "late", "external_subscription_id": "behind", "code": code}
    ingest(
        busy.organization,
        event | {"timestamp": late.timestamp(), "properties": {}},
        at=late,
        actor=COMMAND,
    )

    _, done = confirm(deletion(busy), plan, now=late)

    assert done.digest == plan.digest


def test_a_changed_world_refuses_the_confirmation_and_shows_the_difference(busy):
    plan = preview(deletion(busy), at=NOON)
    grant(Wallet.objects.get(), top_up=TopUp(credits=Decimal(7)), actor=COMMAND, at=NOON)
    before = rows()

    with pytest.raises(PlanChanged) as refusal:
        confirm(deletion(busy), plan, now=NOON)

    assert refusal.value.errors == {"plan": ["plan_has_changed"]}
    gone, added = differences(refusal.value.old.effects, refusal.value.new.effects)
    assert [one["credits"] for one in gone] == ["50"]
    assert [one["credits"] for one in added] == ["57"]
    assert rows() == before


@pytest.mark.parametrize("late", [timedelta(minutes=15, seconds=1), timedelta(seconds=-1)])
def test_a_plan_is_good_for_a_quarter_of_an_hour(busy, late):
    plan = preview(deletion(busy), at=NOON)
    before = rows()

    with pytest.raises(Invalid, match="15 minutes"):
        confirm(deletion(busy), plan, now=NOON + late)

    assert rows() == before


def test_a_digest_alone_can_be_confirmed(busy):
    plan = preview(deletion(busy), at=NOON)

    deleted, _ = confirm(deletion(busy), Plan(NOON, plan.digest), now=NOON)

    assert deleted.is_deleted


def test_a_refusal_of_the_workflow_passes_through(busy):
    delete_customer(busy, actor=COMMAND, at=NOON)

    with pytest.raises(NotFound):
        preview(deletion(busy), at=NOON)


def test_drafts_are_told_from_new_invoices(customer):
    customer.invoice_grace_period = 30
    customer.save()
    start(customer, "ahead", amount_cents=31000, pay_in_advance=True)

    plan = preview(deletion(customer), at=NOON)

    assert [(one["is_new"], one["status"]) for one in of_kind(plan, "invoice")] == [
        (True, "finalized"),
        (False, "finalized"),
    ]
    assert [(one["status"], one["invoice"]) for one in of_kind(plan, "credit_note")] == [
        ("finalized", "")
    ]
