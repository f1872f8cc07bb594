"""What happened beside the periodic bills: fit-outs, transfers, a coupon, prepaid credits, farewells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from activity.actors import Actor
from billing.credits import NoteItem
from catalog.models import Plan
from coupons.operations import applied, offers
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.delete_customer import delete_customer
from workflows.edit_customer import edit_customer
from workflows.end_subscription import end_subscription
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.move_credits import Moves
from workflows.open_wallet import open_wallet
from workflows.record_payment import record_payment
from workflows.start_subscription import start_subscription

Carriers = Mapping[str, Customer]

COUPON = {
    "name": "Home carrier",
    "code": "home-carrier",
    "description": "For who is at home in New York",
    "coupon_type": "percentage",
    "percentage_rate": 10,
    "frequency": "forever",
}
SNOW_CENTS = 240_000
"""What ExpressJet gets back for the day the runway was closed, before tax."""


def fit_out(carriers: Carriers, *, actor: Actor, at: datetime) -> None:
    """Invoice what was built before the first day; Southwest's has not been paid since."""
    for code, gates in (("UA", 3), ("B6", 2), ("WN", 1)):
        lines = [OneOffLine(add_on_code="gate-fit-out", units=Decimal(gates))]
        _invoice(carriers[code], lines, actor=actor, at=at)
    invoice_cards = [
        OneOffLine(add_on_code="lounge-card", units=Decimal(40)),
        OneOffLine(add_on_code="ramp-training", units=Decimal(2)),
    ]
    _invoice(carriers["VX"], invoice_cards, actor=actor, at=at)


def pay(
    carriers: Carriers, codes: Sequence[str], *, issued_by: datetime, actor: Actor, at: datetime
) -> None:
    """Record that these carriers have transferred all they owe of what was issued by then."""
    for code in codes:
        for invoice in _unpaid(carriers[code], issued_by):
            _transfer(invoice, invoice.total_due_amount_cents, actor=actor, at=at)


def pay_a_part(customer: Customer, cents: int, *, actor: Actor, at: datetime) -> None:
    """Record a transfer of less than what the customer's newest invoice asks for."""
    _transfer(_unpaid(customer, at)[-1], cents, actor=actor, at=at)


def agree(carriers: Carriers, *, actor: Actor, at: datetime) -> None:
    """Give JetBlue its coupon, Delta its credits, American time to look at its drafts."""
    coupon = offers.create(carriers["B6"].organization, columns=COUPON, actor=actor, at=at)
    applied.apply(coupon, customer=carriers["B6"], actor=actor, at=at)
    open_wallet(
        carriers["DL"],
        columns={"name": "Marketing fund", "rate_amount": Decimal(1), "currency": "USD"},
        moves=Moves(granted=Decimal(2000)),
        actor=actor,
        at=at,
    )
    edit_customer(carriers["AA"], {"invoice_grace_period": 30}, actor=actor, at=at)


def de_ice(carriers: Carriers, *, actor: Actor, at: datetime) -> None:
    """Invoice the de-icing of the blizzard of 8 February."""
    for code, aircraft in (("US", 6), ("MQ", 4), ("9E", 3)):
        line = OneOffLine(
            add_on_code="de-icing",
            units=Decimal(aircraft),
            description="Blizzard of 8 and 9 February",
        )
        _invoice(carriers[code], [line], actor=actor, at=at)


def give_back(customer: Customer, *, actor: Actor, at: datetime) -> None:
    """Credit a part of the cancellations on the customer's newest invoice."""
    invoice = _invoices(customer)[-1]
    fee = invoice.fees.get(charge__billable_metric__code="cancellations")
    with_tax = SNOW_CENTS + SNOW_CENTS * 8875 // 100_000
    issue_credit_note(
        invoice,
        asked=NewCreditNote(
            items=[NoteItem(fee=fee.pk, amount_cents=SNOW_CENTS)],
            credit_cents=with_tax,
            reason="product_unsatisfactory",
            description="Runway closed by snow; cancellations were not the carrier's.",
        ),
        actor=actor,
        at=at,
    )


def leave(customer: Customer, *, actor: Actor, at: datetime) -> None:
    """Delete a customer that no longer flies from New York."""
    reason = "No longer flies from New York"
    delete_customer(customer, actor=actor, at=at, reason=reason)


def renew(customer: Customer, plan: Plan, *, actor: Actor, at: datetime) -> None:
    """End the customer's contract, with a draft to look at, and begin the next one."""
    external_id = f"{customer.external_id}-airport"
    running = Subscription.objects.active().get(customer=customer, external_id=external_id)
    end_subscription(running, actor=actor, at=at)
    asked = NewSubscription(
        external_id=f"{external_id}-2", plan=plan, name="New York airports, new contract"
    )
    start_subscription(customer, asked=asked, actor=actor, at=at)


def _invoice(
    customer: Customer, lines: Sequence[OneOffLine], *, actor: Actor, at: datetime
) -> Invoice:
    return create_one_off_invoice(customer, lines=lines, currency="USD", actor=actor, at=at)


def _invoices(customer: Customer) -> list[Invoice]:
    rows = Invoice.objects.filter(customer=customer, status="finalized")
    return list(rows.order_by("issuing_date", "created_at", "pk"))


def _unpaid(customer: Customer, issued_by: datetime) -> list[Invoice]:
    last = customer.local_date(issued_by)
    rows = [row for row in _invoices(customer) if row.issuing_date <= last]
    return [row for row in rows if row.total_due_amount_cents > 0]


def _transfer(invoice: Invoice, cents: int, *, actor: Actor, at: datetime) -> None:
    record_payment(
        invoice,
        amount_cents=cents,
        reference=f"WIRE {at:%y%m%d}-{invoice.number[-7:]}",
        paid_at=at,
        actor=actor,
        at=at,
    )
