"""Make invoices, or make drafts anew: rate, bill, store, and use what paid for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from billing.bill import Bill, BillRequest, bill
from billing.invoice_dates import InvoiceDates, IssuingTerms, dates_at_finalization, invoice_dates
from billing.periods import Reason
from billing.progressive import ProgressiveTerms
from customers.models import Customer
from invoices.lifecycle import InvoiceStatus
from invoices.means import Means, read_means
from invoices.models import AdjustedFee, Fee, Invoice, InvoiceSubscription
from invoices.models.invoice import InvoiceType
from invoices.models.periods import InvoicingReason
from invoices.operations import fees
from invoices.operations.composition import Composition
from invoices.operations.locking import lock_customers
from invoices.operations.storing import store
from invoices.rating import Occasion, PlanBook, SubscriptionFacts, gather, rate
from invoices.rating.line import Rated, RatedFee
from invoices.rating.plans import read_plan_book
from invoices.rating.progressive import Progressive, read_progressive
from workflows.conclude_invoices import conclude_invoices

Worked = tuple[list[SubscriptionFacts], list[Rated]]


@dataclass(frozen=True, kw_only=True)
class Invoicing:
    """An invoice to be made, or a draft to be made anew.

    `occasions` are the subscriptions it bills; `lines` are ready-made ones (add-ons, usage in advance). It becomes
    final at once when `is_final`, or when the customer has no grace period; `has_grace` is false for what is
    never a draft. `is_recurring` marks the invoice of a billing day. `adjustments` are kept with a new invoice, which
    may take the place of one that is `voided`; what is made anew is issued at `finalized_at`.
    """

    customer: Customer
    billed_at: datetime
    currency: str
    invoice_type: str = InvoiceType.SUBSCRIPTION
    occasions: tuple[Occasion, ...] = ()
    lines: tuple[RatedFee, ...] = ()
    entries: tuple[InvoiceSubscription, ...] = ()
    progressive: tuple[ProgressiveTerms, ...] = ()
    is_recurring: bool = False
    has_grace: bool = True
    is_final: bool = False
    finalized_at: datetime | None = None
    draft: Invoice | None = None
    adjustments: tuple[AdjustedFee, ...] = ()
    voided: Invoice | None = None
    purchase_order_number: str | None = None
    skip_psp: bool = False
    waits_for_payment: bool = False

    @property
    def dates(self) -> IssuingTerms:
        """The settings that decide on the invoice's dates."""
        customer = self.customer
        return IssuingTerms(
            grace_days=customer.applicable_grace_period,
            net_payment_days=customer.applicable_net_payment_term,
            anchor=customer.applicable_issuing_date_anchor,
            adjustment=customer.applicable_issuing_date_adjustment,
            has_grace=self.has_grace,
            is_recurring=self.is_recurring,
        )

    @property
    def becomes_final(self) -> bool:
        """Whether the invoice is final when it has been made; a draft becomes so only when it is said."""
        return self.is_final or (self.draft is None and self.dates.applicable_grace_days == 0)


@transaction.atomic
def issue_invoices(
    invoicings: Sequence[Invoicing],
    *,
    actor: Actor,
    at: datetime,
    before_conclusion: Callable[[Invoice], object] | None = None,
) -> list[Invoice]:
    """Make all the invoices and return them in the order given; a few dozen statements for any number.

    Invoices of one customer are made one after another, since each uses what is left of the coupons, credit notes
    and wallets. `before_conclusion` is called with each stored invoice before its draft credit notes become final.
    Raises Invalid ``already_billed`` when a period would be billed twice.
    """
    customers = lock_customers({each.customer.pk for each in invoicings})
    fresh = [replace(each, customer=customers[each.customer.pk]) for each in invoicings]
    book = read_plan_book(_plan_ids(fresh), list(customers.values()))
    book.note_taxes(line.taxes for each in fresh for line in each.lines)
    rated = _rate(fresh, book)
    made: dict[int, Invoice] = {}
    for block in _rounds(fresh):
        composed = [_compose(fresh[index], rated[index], book) for index in block]
        means = read_means(c.invoice.customer_id for c in composed if c.is_final)
        billed_before = read_progressive([each for c in composed for each in c.facts])
        for composition in composed:
            composition.bill = _bill(composition, means, billed_before)
        store(composed, taxes=book.taxes, at=at)
        _store_alone(fresh, rated, block, book, actor=actor, at=at)
        if before_conclusion is not None:
            for composition in composed:
                before_conclusion(composition.invoice)
        conclude_invoices(composed, means, actor=actor, at=at)
        made |= dict(zip(block, (c.invoice for c in composed), strict=True))
    return [made[index] for index in range(len(fresh))]


def _store_alone(
    invoicings: Sequence[Invoicing],
    worked: Sequence[Worked],
    block: Sequence[int],
    book: PlanBook,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Store the fees ahead that no invoice takes; making a draft anew makes no second ones."""
    for index in block:
        alone = [fee for each in worked[index][1] for fee in each.fees if not _stays(fee)]
        if alone and invoicings[index].draft is None:
            customer = invoicings[index].customer
            fees.store_alone(alone, taxes=book.taxes, customer=customer, actor=actor, at=at)


def _plan_ids(invoicings: Iterable[Invoicing]) -> set[uuid.UUID]:
    """The plans that are billed, and those that follow after a change of plan."""
    ids = set()
    for each in invoicings:
        for occasion in each.occasions:
            ids.add(occasion.subscription.plan_id)
            if occasion.reason in (Reason.UPGRADE, Reason.DOWNGRADE):
                successors = occasion.subscription.next_subscriptions.exclude(status="canceled")
                ids |= set(successors.values_list("plan_id", flat=True))
    return ids


def _rate(invoicings: Sequence[Invoicing], book: PlanBook) -> list[Worked]:
    """Rate the subscriptions of all invoices in one go and hand each invoice its own."""
    occasions = [occasion for each in invoicings for occasion in each.occasions]
    facts = gather(occasions) if occasions else []
    rated = rate(facts, book) if facts else []
    shares, start = [], 0
    for each in invoicings:
        end = start + len(each.occasions)
        shares.append((facts[start:end], rated[start:end]))
        start = end
    return shares


def _rounds(invoicings: Sequence[Invoicing]) -> list[list[int]]:
    """Split into rounds in which each customer has one invoice at most."""
    rounds: list[list[int]] = []
    seen: dict[uuid.UUID, int] = {}
    for index, each in enumerate(invoicings):
        place = seen.get(each.customer.pk, 0)
        seen[each.customer.pk] = place + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(index)
    return rounds


def _compose(invoicing: Invoicing, worked: Worked, book: PlanBook) -> Composition:
    facts, rated = worked
    invoice = _invoice(invoicing)
    return Composition(
        invoice=invoice,
        fees=[*invoicing.lines, *(fee for each in rated for fee in each.fees if _stays(fee))],
        bill=_NOTHING,
        is_final=invoicing.becomes_final,
        entries=[*invoicing.entries, *(_entry(invoice, each) for each in facts)],
        claims=[claim for each in rated for claim in each.claims],
        is_new=invoicing.draft is None,
        old_fees=list(Fee.objects.filter(invoice=invoicing.draft)) if invoicing.draft else (),
        facts=facts,
        waits_for_payment=invoicing.waits_for_payment,
        progressive=invoicing.progressive,
        adjustments=invoicing.adjustments,
    )


def _stays(rated: RatedFee) -> bool:
    """Say whether a fee goes on the invoice: usage ahead that is not invoiced stands alone."""
    return rated.fee.invoiceable or not rated.fee.pay_in_advance


_NOTHING: Bill = bill(BillRequest(invoice_type="one_off", currency="USD", is_final=False, lines=()))


def _invoice(invoicing: Invoicing) -> Invoice:
    """Return the draft with the dates it has now, or a new invoice."""
    customer, terms = invoicing.customer, invoicing.dates
    issued_at = invoicing.finalized_at or invoicing.billed_at
    if (draft := invoicing.draft) is not None:
        draft.customer = customer
        if invoicing.becomes_final:
            known = InvoiceDates(
                draft.issuing_date, draft.expected_finalization_date, draft.payment_due_date
            )
            today = customer.local_date(issued_at)
            _set_dates(draft, dates_at_finalization(known, today, terms), terms)
        return draft
    invoice = Invoice(
        organization=customer.organization,
        customer=customer,
        invoice_type=invoicing.invoice_type,
        status=InvoiceStatus.GENERATING,
        currency=invoicing.currency,
        timezone=customer.applicable_timezone,
        billed_at=invoicing.billed_at,
        created_at=issued_at,
        voided_invoice=invoicing.voided,
        purchase_order_number=invoicing.purchase_order_number,
        skip_psp=invoicing.skip_psp,
        self_billed=customer.account_type == "partner",
    )
    _set_dates(invoice, invoice_dates(customer.local_date(issued_at), terms), terms)
    return invoice


def _set_dates(invoice: Invoice, dates: InvoiceDates, terms: IssuingTerms) -> None:
    invoice.issuing_date = dates.issuing_date
    invoice.expected_finalization_date = dates.expected_finalization_date
    invoice.payment_due_date = dates.payment_due_date
    invoice.net_payment_term = terms.net_payment_days


INVOICING_REASONS = {
    Reason.STARTING: InvoicingReason.STARTING,
    Reason.PERIODIC: InvoicingReason.PERIODIC,
    Reason.TERMINATING: InvoicingReason.TERMINATING,
    Reason.UPGRADE: InvoicingReason.TERMINATING,
    Reason.DOWNGRADE: InvoicingReason.TERMINATING,
}


def _entry(invoice: Invoice, facts: SubscriptionFacts) -> InvoiceSubscription:
    spans = facts.boundaries
    charges, fixed = spans.charges, spans.fixed_charges
    return InvoiceSubscription(
        organization_id=invoice.organization_id,
        subscription=facts.subscription,
        invoicing_reason=INVOICING_REASONS[facts.occasion.reason],
        billed_at=facts.occasion.billed_at,
        period=(spans.subscription.start, spans.subscription.end),
        charges_start_at=charges.start if charges else spans.subscription.start,
        charges_end_at=charges.end if charges else spans.subscription.start,
        fixed_charges_start_at=fixed.start if fixed else None,
        fixed_charges_end_at=fixed.end if fixed else None,
        created_at=invoice.created_at,
    )


def _bill(
    composition: Composition, means: dict[uuid.UUID, Means], billed_before: Progressive
) -> Bill:
    invoice = composition.invoice
    ids = [each.subscription.pk for each in composition.facts]
    progressive = tuple(billed_before[pk] for pk in ids if pk in billed_before)
    own = means[invoice.customer_id] if composition.is_final else Means()
    return bill(
        BillRequest(
            invoice_type=invoice.invoice_type,
            currency=invoice.currency,
            is_final=composition.is_final,
            lines=tuple(rated.line for rated in composition.fees),
            progressive=composition.progressive or progressive,
            coupons=tuple(own.coupons),
            credit_notes=own.notes_for(invoice.pk),
            wallets=tuple(own.wallets),
        )
    )
