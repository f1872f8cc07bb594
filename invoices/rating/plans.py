"""What the catalog says about the plans of an invoice: charges, commitments and taxes, read once."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from django.db.models import Prefetch

from billing.lines import TaxTerms
from billing.taxes import taxes_of
from catalog.models import (
    BillableMetricFilter,
    Charge,
    ChargeFilter,
    FixedCharge,
    MinimumCommitment,
    Plan,
    Tax,
)
from customers.models import Customer


def tax_terms(tax: Tax) -> TaxTerms:
    """Return a tax as the pure core sees it."""
    return TaxTerms(tax.pk, tax.code, tax.rate, tax.name)


@dataclass
class PlanBook:
    """Plans with everything that pricing reads, and the taxes of customers and of the organization.

    Four levels of taxes are looked up without a query: `taxes` maps a tax's id to its row.
    """

    plans: dict[uuid.UUID, Plan] = field(default_factory=dict)
    customers: dict[uuid.UUID, tuple[TaxTerms, ...]] = field(default_factory=dict)
    organizations: dict[uuid.UUID, tuple[TaxTerms, ...]] = field(default_factory=dict)
    taxes: dict[uuid.UUID, Tax] = field(default_factory=dict)

    def charges(self, plan_id: uuid.UUID) -> list[Charge]:
        """Return the kept charges of a plan, in the order they were made."""
        return list(self.plans[plan_id].charges.all())

    def fixed_charges(self, plan_id: uuid.UUID) -> list[FixedCharge]:
        """Return the kept fixed charges of a plan."""
        return list(self.plans[plan_id].fixed_charges.all())

    def commitment(self, plan_id: uuid.UUID) -> MinimumCommitment | None:
        """Return the minimum commitment of a plan, if it has one."""
        return getattr(self.plans[plan_id], "minimum_commitment", None)

    def keys(self, plan_id: uuid.UUID) -> tuple[uuid.UUID, ...]:
        """Return the plan's id and that of the plan it overrides: what coupons may be limited to."""
        parent = self.plans[plan_id].parent_id
        return (plan_id, parent) if parent else (plan_id,)

    def taxes_for(
        self, fee_type: str, customer: Customer, *, plan: Plan | None = None, owner: object = None
    ) -> tuple[TaxTerms, ...]:
        """Return the taxes of a fee: those of the first level that has any.

        `owner` is the charge, fixed charge, commitment or add-on whose own taxes come first.
        """
        own = self._of(owner) if owner is not None else ()
        levels = {
            fee_type: own,
            "plan": self._of(plan) if plan is not None else (),
            "customer": self.customers.get(customer.pk, ()),
            "entity": self.organizations.get(customer.organization_id, ()),
        }
        return taxes_of(fee_type, levels)

    def note_taxes(self, levels: Iterable[Sequence[TaxTerms]]) -> None:
        """Keep the rows of taxes that ready-made lines bear."""
        missing = {terms.key for level in levels for terms in level} - set(self.taxes)
        if missing:
            self._noted(Tax.objects.filter(pk__in=cast("set[uuid.UUID]", missing)))

    def terms(self, rows: Iterable[Tax]) -> tuple[TaxTerms, ...]:
        """Return the terms of taxes chosen by hand, and keep their rows for storing."""
        return tuple(tax_terms(tax) for tax in self._noted(rows))

    def _of(self, owner: object) -> tuple[TaxTerms, ...]:
        rows: Iterable[Tax] = owner.taxes.all()  # type: ignore[attr-defined]
        return tuple(tax_terms(tax) for tax in self._noted(rows))

    def _noted(self, rows: Iterable[Tax]) -> list[Tax]:
        found = [tax for tax in rows if tax.deleted_at is None]
        self.taxes.update({tax.pk: tax for tax in found})
        return found


def read_plan_book(plan_ids: Iterable[uuid.UUID], customers: Sequence[Customer]) -> PlanBook:
    """Read plans and taxes; about twelve queries, however many plans and customers."""
    book = PlanBook()
    book.plans = {plan.pk: plan for plan in _plans(set(plan_ids))}
    for customer in Customer.objects.filter(
        pk__in=[customer.pk for customer in customers]
    ).prefetch_related(Prefetch("taxes", Tax.objects.order_by("code", "pk"))):
        book.customers[customer.pk] = book._of(customer)
    organizations = {customer.organization_id for customer in customers}
    for tax in Tax.objects.filter(
        organization_id__in=organizations, applied_to_organization=True, deleted_at=None
    ).order_by("code", "pk"):
        book.taxes[tax.pk] = tax
        before = book.organizations.get(tax.organization_id, ())
        book.organizations[tax.organization_id] = (*before, tax_terms(tax))
    return book


def _plans(plan_ids: set[uuid.UUID]) -> Iterable[Plan]:
    taxes = Tax.objects.order_by("code", "pk")
    filters = ChargeFilter.objects.kept().order_by("created_at", "pk")
    charges = (
        Charge.objects.kept()
        .select_related("billable_metric")
        .prefetch_related(
            Prefetch("filters", filters),
            Prefetch("taxes", taxes),
            Prefetch(
                "billable_metric__filters", BillableMetricFilter.objects.order_by("key", "pk")
            ),
        )
        .order_by("created_at", "pk")
    )
    fixed = (
        FixedCharge.objects.kept()
        .select_related("add_on")
        .prefetch_related(Prefetch("taxes", taxes))
        .order_by("created_at", "pk")
    )
    return (
        Plan.objects.filter(pk__in=plan_ids)
        .select_related("minimum_commitment")
        .prefetch_related(
            Prefetch("taxes", taxes),
            Prefetch("charges", charges),
            Prefetch("fixed_charges", fixed),
            Prefetch("minimum_commitment__taxes", taxes),
            "usage_thresholds",
        )
    )
