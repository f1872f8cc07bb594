"""What may happen to a customer: each verb picks what it works on and returns a workflow that waits for its moment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from activity.actors import COMMAND
from billing.credits import NoteItem, caps, estimate
from catalog.models import Plan
from coupons.models import Coupon
from coupons.operations import applied as coupons
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from invoices.operations.credit_notes import void_note
from invoices.operations.note_facts import facts_of
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.soak.worlds import World
from wallets.models import Wallet
from wallets.operations import wallets
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.delete_customer import delete_customer
from workflows.end_subscription import end_subscription
from workflows.finalize_invoice import finalize_invoice
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.move_credits import Moves, move_credits
from workflows.open_wallet import open_wallet
from workflows.preview import Workflow
from workflows.record_payment import record_payment
from workflows.start_subscription import start_subscription
from workflows.void_invoice import void_invoice

Verb = Callable[[World, Customer], Workflow[object] | None]


def _plan(world: World) -> Plan:
    return Plan.objects.of(world.organization).get(
        code=world.dice.choice(world.plans), deleted_at=None
    )


def start(world: World, customer: Customer) -> Workflow[object] | None:
    """Assign a plan."""
    asked = NewSubscription(
        external_id=world.fresh("subscription"),
        plan=_plan(world),
        billing_time=world.dice.choice(["calendar", "anniversary"]),
    )
    return partial(start_subscription, customer, asked=asked, actor=COMMAND)


def _running(world: World, customer: Customer) -> Subscription | None:
    rows = Subscription.objects.filter(customer=customer, status__in=["active", "pending"])
    found = list(rows.order_by("pk"))
    return world.dice.choice(found) if found else None


def change(world: World, customer: Customer) -> Workflow[object] | None:
    """Put another plan in place."""
    running = _running(world, customer)
    if running is None:
        return None
    asked = NewSubscription(external_id=running.external_id, plan=_plan(world))
    return partial(start_subscription, customer, asked=asked, actor=COMMAND)


def end(world: World, customer: Customer) -> Workflow[object] | None:
    """End a subscription, in one of the ways there are."""
    running = _running(world, customer)
    if running is None:
        return None
    options = {
        "on_termination_credit_note": world.dice.choice(["credit", "refund", "offset", "skip"]),
        "on_termination_invoice": world.dice.choice(["generate", "generate", "skip"]),
    }
    return partial(end_subscription, running, options=options, actor=COMMAND)


def coupon(world: World, customer: Customer) -> Workflow[object] | None:
    """Apply a coupon."""
    offered = list(Coupon.objects.of(world.organization).order_by("pk"))
    return partial(coupons.apply, world.dice.choice(offered), customer=customer, actor=COMMAND)


def one_off(world: World, customer: Customer) -> Workflow[object] | None:
    """Invoice an add-on."""
    line = OneOffLine(add_on_code="set-up", units=Decimal(world.dice.choice(["1", "2.5", "0"])))
    return partial(create_one_off_invoice, customer, lines=[line], currency="EUR", actor=COMMAND)


def wallet(world: World, customer: Customer) -> Workflow[object] | None:
    """Open a wallet with granted and bought credits."""
    columns = {
        "currency": "EUR",
        "rate_amount": Decimal(world.dice.choice(["1", "0.37"])),
        "priority": world.dice.randrange(1, 51),
    }
    moves = Moves(granted=Decimal(world.dice.randrange(1, 40)), paid=Decimal(5))
    return partial(open_wallet, customer, columns=columns, moves=moves, actor=COMMAND)


def _wallet(world: World, customer: Customer) -> Wallet | None:
    found = list(Wallet.objects.active().filter(customer=customer).order_by("pk"))
    return world.dice.choice(found) if found else None


def top_up(world: World, customer: Customer) -> Workflow[object] | None:
    """Grant and buy credits."""
    found = _wallet(world, customer)
    moves = Moves(granted=Decimal("3.33333"), paid=Decimal(world.dice.randrange(3)))
    return found and partial(move_credits, found, moves=moves, actor=COMMAND)


def void_credits(world: World, customer: Customer) -> Workflow[object] | None:
    """Take credits away, sometimes more than there are."""
    found = _wallet(world, customer)
    moves = Moves(voided=Decimal(world.dice.randrange(1, 20)))
    return found and partial(move_credits, found, moves=moves, actor=COMMAND)


def end_wallet(world: World, customer: Customer) -> Workflow[object] | None:
    """Terminate a wallet."""
    found = _wallet(world, customer)
    return found and partial(wallets.terminate, found, actor=COMMAND)


def _invoice(world: World, customer: Customer, *statuses: str) -> Invoice | None:
    found = list(Invoice.objects.filter(customer=customer, status__in=statuses).order_by("pk"))
    return world.dice.choice(found) if found else None


def finalize(world: World, customer: Customer) -> Workflow[object] | None:
    """Finalize a draft."""
    found = _invoice(world, customer, "draft")
    return found and partial(finalize_invoice, found, actor=COMMAND)


def void(world: World, customer: Customer) -> Workflow[object] | None:
    """Void a final invoice."""
    found = _invoice(world, customer, "finalized")
    return found and partial(void_invoice, found, actor=COMMAND)


def credit_note(world: World, customer: Customer) -> Workflow[object] | None:
    """Give back a part of an invoice, as a credit or as a refund."""
    found = _invoice(world, customer, "finalized")
    if found is None:
        return None
    facts = facts_of(found)
    share = Decimal(world.dice.choice(["0.25", "0.5", "1"]))
    items = [
        NoteItem(fee.key, int(fee.creditable_cents * share))
        for fee in facts.fees
        if fee.creditable_cents > 0
    ]
    if not items:
        return None
    most = estimate(facts, items)
    refund = min(caps(facts).refundable_cents, most.max_refundable_amount_cents)
    wants_refund = refund > 0 and world.dice.random() < 0.5
    asked = NewCreditNote(
        items=items,
        refund_cents=refund if wants_refund else 0,
        credit_cents=most.max_creditable_amount_cents - (refund if wants_refund else 0),
    )
    return partial(issue_credit_note, found, asked=asked, actor=COMMAND)


def void_credit_note(world: World, customer: Customer) -> Workflow[object] | None:
    """Void what a credit note still holds."""
    found = list(CreditNote.objects.filter(customer=customer).order_by("pk"))
    return partial(void_note, world.dice.choice(found), actor=COMMAND) if found else None


def pay(world: World, customer: Customer) -> Workflow[object] | None:
    """Record a payment of all or a part of an invoice."""
    found = _invoice(world, customer, "finalized", "open")
    if found is None or found.total_due_amount_cents < 1:
        return None
    due = found.total_due_amount_cents
    part = due if found.invoice_type == "credit" else world.dice.choice([due, due // 2 + 1])
    return partial(
        record_payment,
        found,
        amount_cents=part,
        reference="wire",
        paid_at=None,
        actor=COMMAND,
    )


def delete(world: World, customer: Customer) -> Workflow[object] | None:
    """Delete the customer."""
    return partial(delete_customer, customer, actor=COMMAND)


VERBS: dict[str, tuple[Verb, int]] = {
    "start": (start, 8),
    "change": (change, 6),
    "end": (end, 3),
    "coupon": (coupon, 5),
    "one_off": (one_off, 3),
    "wallet": (wallet, 3),
    "top_up": (top_up, 3),
    "void_credits": (void_credits, 2),
    "end_wallet": (end_wallet, 1),
    "finalize": (finalize, 4),
    "void": (void, 3),
    "credit_note": (credit_note, 4),
    "void_credit_note": (void_credit_note, 1),
    "pay": (pay, 6),
    "delete": (delete, 2),
}
"""Each verb and how often it is chosen, in parts."""
