"""What the pages of wallets show."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncDate
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import BillableMetric
from console import charts, formats
from console.listing import Column, Filter, Listing
from customers.models import Customer
from invoices.models import PrepaidCredit
from organizations.models import Organization
from wallets.models import (
    FeeType,
    RecurringTransactionRule,
    Status,
    TransactionKind,
    TransactionStatus,
    TransactionType,
    Wallet,
    WalletTransaction,
)
from wallets.operations import MAX_ACTIVE_WALLETS
from wallets.reads import wording

MOST_DAYS = 120


@dataclass(frozen=True)
class Movement:
    """A row of the ledger as a table shows it; `sign` is + or −."""

    row: WalletTransaction
    what: str
    sign: str
    icon: str
    left_cents: int | None
    invoices: list[tuple[str, str]]
    """Number and address of the invoice that it belongs to, if any."""


@dataclass(frozen=True)
class WalletLine:
    """A wallet as the customer's table shows it."""

    row: Wallet
    worth: str
    is_used_up: bool


def wallets_of(customer: Customer) -> list[WalletLine]:
    """Return a customer's wallets, active ones first, in the order in which they pay; one query."""
    rows = Wallet.objects.filter(customer=customer).order_by(
        "status", "priority", "created_at", "pk"
    )
    return [WalletLine(row, wording.worth(row), is_used_up(row)) for row in rows]


def has_room(wallets: list[WalletLine]) -> bool:
    """Say whether the customer may have one more wallet."""
    return sum(one.row.is_active for one in wallets) < MAX_ACTIVE_WALLETS


def find(organization: Organization, pk: uuid.UUID) -> Wallet | None:
    """Return a wallet of the organization with its customer, metrics; two queries."""
    rows = Wallet.objects.of(organization).select_related("customer__organization")
    return rows.prefetch_related("allowed_metrics").filter(pk=pk).first()


def rule_of(wallet: Wallet) -> RecurringTransactionRule | None:
    """Return the wallet's active rule; one query."""
    rules = RecurringTransactionRule.objects.filter(wallet=wallet, status=Status.ACTIVE)
    return rules.order_by("-pk").first()


def ledger(request: HttpRequest, wallet: Wallet) -> Listing:
    """Return the list of a wallet's transactions; two queries."""
    rows = (
        WalletTransaction.objects.filter(wallet=wallet)
        .select_related("prepaid_credit__invoice")
        .annotate(used_cents=Coalesce(Sum("consumptions__amount_cents"), 0))
    )
    return Listing(
        request,
        rows,
        name="ledger",
        default="-at",
        columns=[
            Column("what", gettext_lazy("Transaction")),
            Column("status", gettext_lazy("Status")),
            Column("at", gettext_lazy("Created"), order=("created_at",)),
            Column("left", gettext_lazy("Left of it"), is_number=True),
            Column("credits", gettext_lazy("Credits"), order=("credit_amount",), is_number=True),
            Column("amount", gettext_lazy("Amount"), order=("amount_cents",), is_number=True),
        ],
        filters=[
            Filter("kind", gettext_lazy("Kind"), TransactionKind.choices, _of_kind),
            Filter("status", gettext_lazy("Status"), TransactionStatus.choices, _of_status),
        ],
        can_export=True,
    )


def _of_kind(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(kind=value)


def _of_status(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(status=value)


def movements(rows: Any) -> list[Movement]:
    """Return rows of the ledger as a table shows them."""
    return [_movement(row) for row in rows]


def _movement(row: Any) -> Movement:
    is_inbound = row.transaction_type == TransactionType.INBOUND
    has_rest = is_inbound and row.status == TransactionStatus.SETTLED
    icons = {"purchased": "coins", "granted": "gift", "voided": "ban", "invoiced": "file-text"}
    return Movement(
        row,
        wording.what(row),
        "+" if is_inbound else "−",
        icons[row.kind],
        row.amount_cents - row.used_cents if has_rest else None,
        _invoices(row),
    )


def _invoices(row: WalletTransaction) -> list[tuple[str, str]]:
    tie: PrepaidCredit | None = getattr(row, "prepaid_credit", None)
    if tie is None:
        return []
    return [(tie.invoice.number or _("Invoice"), f"/invoices/{tie.invoice_id}/")]


def is_used_up(wallet: Wallet) -> bool:
    """Say whether running usage has taken all that the wallet holds."""
    return wallet.ongoing_usage_balance_cents > 0 and wallet.ongoing_balance_cents <= 0


def fee_labels(wallet: Wallet) -> list[str]:
    """Return the fee types to which the wallet is limited, in words."""
    return [str(FeeType(one).label) for one in wallet.allowed_fee_types]


def key_figures(wallet: Wallet) -> list[dict[str, Any]]:
    """Return what stands on top of a wallet's page."""
    money = _money(wallet)
    expires = wallet.expiration_at
    return [
        {
            "label": _("Balance"),
            "value": wording.credits(wallet.credits_balance),
            "note": money(wallet.balance_cents),
        },
        {
            "label": _("Ongoing balance"),
            "value": wording.credits(wallet.credits_ongoing_balance),
            "note": _("%(amount)s, less running usage")
            % {"amount": money(wallet.ongoing_balance_cents)},
            "tone": "bad" if is_used_up(wallet) else "",
        },
        {
            "label": _("Consumed"),
            "value": wording.credits(wallet.consumed_credits),
            "note": money(wallet.consumed_cents),
        },
        {
            "label": _("Expires"),
            "value": formats.day_of(expires, wallet.customer.zone) if expires else _("Never"),
        },
    ]


def balance_chart(wallet: Wallet) -> charts.Chart | None:
    """Return the balance at the end of each day with a transaction; None while it would be a dot; one query."""
    days = (
        WalletTransaction.objects.filter(wallet=wallet)
        .settled()
        .annotate(day=TruncDate("settled_at", tzinfo=wallet.customer.zone))
        .values("day")
        .annotate(
            moved=Sum(
                Case(
                    When(transaction_type=TransactionType.INBOUND, then=F("amount_cents")),
                    default=-F("amount_cents"),
                )
            )
        )
        .order_by("day")
    )
    sums = list(days)
    if len(sums) < 2:
        return None
    money = _money(wallet)
    balances = accumulate(row["moved"] for row in sums)
    points = [
        charts.Point(_short(row["day"]), cents, f"{formats.day(row['day'])}: {money(cents)}")
        for row, cents in zip(sums, balances, strict=True)
    ]
    return charts.lines(
        [(_("Balance"), points[-MOST_DAYS:])],
        label=_("Balance of the wallet at the end of the day"),
        write=lambda value: money(int(value)),
    )


def _short(day: date) -> str:
    return date_format(day, "j M")


def metric_choices(organization: Organization, wallet: Wallet | None) -> list[tuple[str, str]]:
    """Return the metrics to which a wallet may be limited, with those it is limited to already."""
    own = wallet.allowed_metrics.values("pk") if wallet else []
    wanted = Q(deleted_at=None) | Q(pk__in=own)
    metrics = BillableMetric.objects.of(organization).filter(wanted).order_by("name", "pk")
    return [(metric.code, f"{metric.name} ({metric.code})") for metric in metrics]


def end_effects(wallet: Wallet, rule: RecurringTransactionRule | None) -> list[dict[str, Any]]:
    """Return what the end of a wallet brings."""
    found = []
    if wallet.credits_balance or wallet.balance_cents:
        found.append(
            {
                "label": _("%(credits)s are voided")
                % {"credits": wording.credits(wallet.credits_balance)},
                "amount": _money(wallet)(wallet.balance_cents),
                "icon": "wallet",
                "tone": "bad",
            }
        )
    if rule is not None:
        found.append(
            {"label": _("The recurring top-up ends"), "detail": wording.when(rule), "icon": "ban"}
        )
    kept = {"label": _("Invoices that it has paid stay as they are"), "icon": "lock"}
    return [*found, kept]


def _money(wallet: Wallet) -> Any:
    return lambda cents: formats.money(cents, wallet.currency)
