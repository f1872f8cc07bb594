"""Invoice add-ons once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch

from activity.actors import Actor
from billing.errors import Invalid, NotFound
from billing.lines import TaxTerms
from billing.money import exponent
from billing.one_off import check_boundaries, one_off_amount
from billing.periods import Period
from catalog.models import AddOn, Tax
from customers.models import Customer
from customers.operations import assign_currency, lock_kept
from invoices.models import Invoice
from invoices.models.fee import FeeType
from invoices.models.invoice import InvoiceType
from invoices.rating.line import RatedFee, new_fee
from invoices.rating.plans import PlanBook, read_plan_book
from workflows.issue_invoices import Invoicing, issue_invoices


@dataclass(frozen=True, kw_only=True)
class OneOffLine:
    """One line: an add-on by its code, with what differs from the add-on's own terms.

    `unit_amount_cents` and `units` multiply; `tax_codes` (not empty) replace the add-on's taxes.
    """

    add_on_code: str
    units: Decimal = Decimal(1)
    unit_amount_cents: int | None = None
    description: str | None = None
    invoice_display_name: str | None = None
    tax_codes: tuple[str, ...] = ()
    from_at: datetime | None = None
    to_at: datetime | None = None


@transaction.atomic
def create_one_off_invoice(
    customer: Customer,
    *,
    lines: Sequence[OneOffLine],
    currency: str | None,
    actor: Actor,
    at: datetime,
    skip_psp: bool = False,
    purchase_order_number: str | None = None,
) -> Invoice:
    """Make a final one-off invoice and return it; coupons, credit notes and wallets never apply.

    Raises NotFound (``fees_not_found`` without lines, ``add_on_not_found``, ``tax_not_found``), Invalid
    (``currency``, ``boundaries``, ``units``).
    """
    customer = lock_kept(customer.pk)
    if not lines:
        raise NotFound("fees", "A one-off invoice needs a line.")
    chosen = currency or customer.currency
    if not chosen:
        raise Invalid({"currency": ["value_is_mandatory"]}, "Say in which currency to invoice.")
    assign_currency(customer, chosen, actor=actor, at=at)
    book = read_plan_book((), [customer])
    add_ons = _add_ons(customer, {line.add_on_code for line in lines})
    rated = [_rated(customer, book, add_ons, line, chosen, at) for line in lines]
    invoicing = Invoicing(
        customer=customer,
        billed_at=at,
        currency=chosen,
        invoice_type=InvoiceType.ONE_OFF,
        lines=tuple(rated),
        has_grace=False,
        skip_psp=skip_psp,
        purchase_order_number=purchase_order_number,
    )
    [invoice] = issue_invoices([invoicing], actor=actor, at=at)
    return invoice


def _add_ons(customer: Customer, codes: set[str]) -> dict[str, AddOn]:
    rows = (
        AddOn.objects.of(customer.organization)
        .kept()
        .filter(code__in=codes)
        .prefetch_related(Prefetch("taxes", Tax.objects.order_by("code", "pk")))
    )
    found = {row.code: row for row in rows}
    if codes - set(found):
        raise NotFound("add_on", "There is no such add-on.")
    return found


def _rated(
    customer: Customer,
    book: PlanBook,
    add_ons: dict[str, AddOn],
    line: OneOffLine,
    currency: str,
    at: datetime,
) -> RatedFee:
    add_on = add_ons[line.add_on_code]
    check_boundaries(line.from_at, line.to_at)
    amount = one_off_amount(
        add_on_amount_cents=add_on.amount_cents,
        units=line.units,
        unit_amount_cents=line.unit_amount_cents,
    )
    unit_cents = add_on.amount_cents if line.unit_amount_cents is None else line.unit_amount_cents
    fee = new_fee(
        fee_type=FeeType.ADD_ON,
        organization_id=customer.organization_id,
        customer_id=customer.pk,
        add_on_id=add_on.pk,
        item_code=add_on.code,
        item_name=add_on.name,
        item_description=add_on.description,
        invoice_display_name=line.invoice_display_name or add_on.invoice_display_name,
        description=line.description or add_on.description,
        units=line.units,
        amount_cents=amount.amount_cents,
        amount_currency=currency,
        precise_amount_cents=amount.precise_amount_cents,
        unit_amount=Decimal(unit_cents).scaleb(-exponent(currency)),
        period=Period(line.from_at or at, line.to_at or at),
        explanation=[{"step": "units", "units": str(line.units), "unit_amount_cents": unit_cents}],
    )
    return RatedFee(fee, _taxes(customer, book, add_on, line))


def _taxes(
    customer: Customer, book: PlanBook, add_on: AddOn, line: OneOffLine
) -> tuple[TaxTerms, ...]:
    if not line.tax_codes:
        return book.taxes_for("add_on", customer, owner=add_on)
    rows = Tax.objects.of(customer.organization).kept().filter(code__in=line.tax_codes)
    found = {row.code: row for row in rows}
    if set(line.tax_codes) - set(found):
        raise NotFound("tax", "There is no such tax.")
    return book.terms([found[code] for code in dict.fromkeys(line.tax_codes)])
