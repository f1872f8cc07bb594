"""What may be done to many invoices at once, to which of them, and what became of it."""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import formats
from console.listing import Column, Filter, Listing
from invoices.models import Invoice, InvoiceBatch
from invoices.models.batch import BatchAction, RowState
from invoices.operations.batches import MOST
from invoices.reads import lists
from invoices.reads.batch_actions import Action
from invoices.reads.wording import number_of
from organizations.models import Organization
from payments.reads.pages import payment_list

SHOWN = 50
"""Invoices that a question names one by one, and numbers that a reason names."""
OF_DUE, PAYMENTS = ("pay", "collect"), "payments"
TONES = {"waiting": "info", "done": "ok", "left_out": "", "failed": "bad"}


@dataclass(frozen=True)
class Selection:
    """The invoices that an action is for, and those that it leaves out, each with the reason."""

    action: Action
    chosen: Sequence[Invoice]
    left_out: Sequence[tuple[Invoice, str]]
    is_too_long: bool = False

    @property
    def digest(self) -> str:
        """What was shown, so that a confirmation of anything else is noticed."""
        said = [
            f"{row.pk} {row.status} {row.total_amount_cents} {row.total_due_amount_cents}"
            for row in self.chosen
        ]
        return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()

    def effects(self) -> list[dict[str, Any]]:
        """Return in words what will happen to how many, to which, and which are left out."""
        count, sums = len(self.chosen), self._sums()
        rows = [
            {
                "label": self.action.outcome(count) % {"count": count},
                "detail": " + ".join(sums) if len(sums) > 1 else "",
                "amount": sums[0] if len(sums) == 1 else "",
                "icon": self.action.icon,
                "tone": "bad" if self.action.is_danger else "ok",
            }
        ]
        rows += [self._named(one) for one in self.chosen[:SHOWN]]
        if count > SHOWN:
            more = ngettext("and %(count)d more", "and %(count)d more", count - SHOWN)
            rows.append({"label": more % {"count": count - SHOWN}})
        return rows + self._reasons()

    def _amount(self, row: Invoice) -> int:
        return row.total_due_amount_cents if self.action.key in OF_DUE else row.total_amount_cents

    def _sums(self) -> list[str]:
        sums: dict[str, int] = defaultdict(int)
        for row in self.chosen:
            sums[row.currency] += self._amount(row)
        return [formats.money(cents, currency) for currency, cents in sorted(sums.items())]

    def _named(self, row: Invoice) -> dict[str, Any]:
        to = f" · {row.customer.email}" if self.action.key == "email" else ""
        amount = formats.money(self._amount(row), row.currency)
        return {"label": number_of(row), "detail": f"{row.customer}{to}", "amount": amount}

    def _reasons(self) -> list[dict[str, Any]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row, why in self.left_out:
            found[why].append(number_of(row))
        rows = []
        for why, names in found.items():
            words = ngettext(
                "%(count)d is left out: %(why)s", "%(count)d are left out: %(why)s", len(names)
            )
            detail = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
            label = words % {"count": len(names), "why": why}
            rows.append({"label": label, "detail": detail, "icon": "circle-minus", "tone": "warn"})
        return rows


def chosen(
    request: HttpRequest, organization: Organization, of: str = "invoices"
) -> QuerySet[Invoice]:
    """Return the invoices that are ticked in the address, or all that the list's own parameters match.

    Of the list of `PAYMENTS` the invoices that the payments are for; those for several invoices at once have none.
    """
    listing: Any = payment_list if of == PAYMENTS else lists.invoice_list
    rows = listing(request, organization).matching
    if not request.GET.get("all"):
        rows = rows.filter(pk__in=_ticked(request.GET.getlist("row")))
    if of == PAYMENTS:
        paid = rows.order_by().values("invoice")
        rows = Invoice.objects.of(organization).visible().filter(pk__in=paid).order_by("pk")
    return rows.select_related("customer__customer_provider__provider")  # type: ignore[no-any-return]


def select(
    request: HttpRequest, organization: Organization, action: Action, of: str = "invoices"
) -> Selection:
    """Return what an action would be for, and what it would leave out; one query."""
    found = list(chosen(request, organization, of)[: MOST + 1])
    judged = [(row, action.why_not(row)) for row in found]
    return Selection(
        action,
        [row for row, why in judged if not why],
        [(row, why) for row, why in judged if why],
        is_too_long=len(found) > MOST,
    )


def _ticked(given: Iterable[str]) -> list[uuid.UUID]:
    found = []
    for text in given:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def find(organization: Organization, pk: uuid.UUID) -> InvoiceBatch | None:
    """Return a batch of the organization; one query."""
    rows = InvoiceBatch.objects.of(organization).select_related("operator", "organization")
    return rows.filter(pk=pk).first()


def progress(batch: InvoiceBatch, most: int = 500) -> dict[str, Any]:
    """Return how far a batch is and what became of its rows, what needs a look first; two queries."""
    counts = dict(batch.rows.order_by().values_list("state").annotate(n=Count("pk")))
    order = [RowState.FAILED, RowState.LEFT_OUT, RowState.WAITING, RowState.DONE]
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(order)]
    rows = batch.rows.select_related("invoice__customer").annotate(
        rank=Case(*ranks, output_field=IntegerField())
    )
    total = sum(counts.values()) - counts.get("left_out", 0)
    return {
        "rows": [(row, TONES[row.state]) for row in rows.order_by("rank", "position")[:most]],
        "counts": [
            (state.label, counts[state], TONES[state]) for state in order if counts.get(state)
        ],
        "total": total + counts.get("left_out", 0),
        "settled": sum(counts.values()) - counts.get("waiting", 0),
        "is_running": bool(counts.get("waiting")),
        "most": most,
    }


def batch_list(request: HttpRequest, organization: Organization) -> Listing:
    """Return the list of batches; three queries."""
    rows = InvoiceBatch.objects.of(organization).select_related("operator")
    return Listing(
        request,
        rows.annotate(
            row_count=Count("rows"),
            failed_count=Count("rows", Q(rows__state=RowState.FAILED)),
        ),
        name="batch-list",
        default="-created",
        columns=[
            Column("action", _("Action"), order=("action",)),
            Column("operator", _("By"), order=("operator__name",)),
            Column("rows", _("Invoices"), order=("row_count",), is_number=True),
            Column("failed", _("Failed"), order=("failed_count",), is_number=True),
            Column("state", _("Status"), order=("finished_at",)),
            Column("created", _("Started"), order=("created_at",)),
        ],
        filters=[Filter("action", _("Action"), BatchAction.choices, _of_action)],
    )


def _of_action(rows: Any, value: str) -> Any:
    return rows.filter(action=value)
