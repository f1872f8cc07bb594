"""Bill units that a fixed charge in advance has gained in the middle of a period."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from activity.actors import Actor
from billing.fixed_charges import prorated_units, units_of_increase
from billing.money import round_to_cents
from billing.periods import Period, days, fixed_charges_cycle, local_day, midnight
from billing.periods.cycles import cycle_days, cycle_period
from billing.pricing import PricedCharge, Usage, price
from catalog.models import FixedCharge
from invoices.models import Fee, Invoice, InvoiceSubscription
from invoices.models.fee import FeeType
from invoices.models.periods import InvoicingReason
from invoices.operations.locking import lock_customers
from invoices.rating.line import RatedFee, new_fee
from invoices.rating.plans import PlanBook, read_plan_book
from subscriptions.models import Subscription
from subscriptions.terms import terms_of
from workflows.issue_invoices import Invoicing, issue_invoices


@transaction.atomic
def bill_more_units(
    charge: FixedCharge, *, before: Decimal, actor: Actor, at: datetime
) -> list[Invoice]:
    """Invoice the units gained since `before` to every running subscription of the charge's plan.

    Prorated charges pay the rest of the period from the local day of `at` on. Fewer units give nothing back, and make
    no invoice.
    """
    if not charge.pay_in_advance or units_of_increase(before, charge.units) == 0:
        return []
    running = Subscription.objects.active().filter(plan_id=charge.plan_id, started_at__lte=at)
    rows = list(running.select_related("plan", "customer__organization").order_by("pk"))
    lock_customers({row.customer_id for row in rows})
    book = read_plan_book({charge.plan_id}, [row.customer for row in rows])
    invoicings = [_invoicing(row, book, charge, before, at) for row in rows]
    return issue_invoices(invoicings, actor=actor, at=at) if invoicings else []


def _invoicing(
    row: Subscription, book: PlanBook, charge: FixedCharge, before: Decimal, at: datetime
) -> Invoicing:
    terms = terms_of(row)
    cycle, today = fixed_charges_cycle(terms), local_day(at, terms.zone)
    natural = cycle_period(cycle, today, terms.zone)
    rest = Period(max(midnight(today, terms.zone), natural.start), natural.end)
    share = (days(rest, terms.zone), cycle_days(cycle, today))
    now, then = (_priced(charge, units, share, row) for units in (charge.units, before))
    precise = now.precise_amount_cents - then.precise_amount_cents
    fee = _fee(row, charge, before, rest, now.unit_amount, precise)
    taxes = book.taxes_for("fixed_charge", row.customer, plan=book.plans[row.plan_id], owner=charge)
    return Invoicing(
        customer=row.customer,
        billed_at=at,
        currency=row.plan.amount_currency,
        lines=(RatedFee(fee, taxes, book.keys(row.plan_id)),),
        entries=(_entry(row, rest, at),),
        has_grace=False,
        purchase_order_number=row.purchase_order_number,
    )


def _fee(
    row: Subscription,
    charge: FixedCharge,
    before: Decimal,
    period: Period,
    unit_amount: Decimal,
    precise_cents: Decimal,
) -> Fee:
    add_on = charge.add_on
    return new_fee(
        fee_type=FeeType.FIXED_CHARGE,
        organization_id=row.organization_id,
        customer_id=row.customer_id,
        subscription_id=row.pk,
        fixed_charge_id=charge.pk,
        add_on_id=add_on.pk,
        item_code=add_on.code,
        item_name=add_on.name,
        item_description=add_on.description,
        invoice_display_name=charge.invoice_display_name or add_on.invoice_display_name,
        units=charge.units - before,
        amount_cents=round_to_cents(precise_cents),
        amount_currency=row.plan.amount_currency,
        precise_amount_cents=precise_cents,
        unit_amount=unit_amount,
        period=period,
        pay_in_advance=True,
        explanation=[{"step": "more_units", "before": str(before), "units": str(charge.units)}],
    )


def _entry(row: Subscription, period: Period, at: datetime) -> InvoiceSubscription:
    return InvoiceSubscription(
        organization_id=row.organization_id,
        subscription=row,
        invoicing_reason=InvoicingReason.IN_ADVANCE,
        billed_at=at,
        period=(period.start, period.end),
        charges_start_at=period.start,
        charges_end_at=period.start,
        fixed_charges_start_at=period.start,
        fixed_charges_end_at=period.end,
        created_at=at,
    )


def _priced(
    charge: FixedCharge, units: Decimal, share: tuple[int, int], row: Subscription
) -> PricedCharge:
    billed = prorated_units(units, *share) if charge.prorated else units
    usage = Usage(units=billed, full_units=units)
    currency = row.plan.amount_currency
    return price(
        charge.charge_model, charge.properties, usage, currency, is_prorated=charge.prorated
    )
