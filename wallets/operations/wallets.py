"""What opens, changes and ends a wallet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from activity import journal
from activity.actors import SYSTEM, Actor
from billing.currencies import CURRENCIES
from billing.errors import Invalid, Sentence
from catalog.models import BillableMetric
from customers.models import Customer
from customers.operations import assign_currency, lock_kept
from organizations.models import Organization
from persistence import columns as columns_of
from persistence.saving import save_valid
from wallets.credits import Worth
from wallets.lifecycle import WALLET
from wallets.models import FeeType, Status, TransactionKind, Wallet
from wallets.operations import ledger, rules
from wallets.operations.locking import lock, lock_active
from wallets.operations.rules import RuleTerms

MAX_ACTIVE_WALLETS = 6

CHANGEABLE = frozenset(
    {
        "name",
        "code",
        "priority",
        "expiration_at",
        "invoice_requires_successful_payment",
        "paid_top_up_min_amount_cents",
        "paid_top_up_max_amount_cents",
        "purchase_order_number",
    }
)
COLUMNS = CHANGEABLE | {"currency", "rate_amount"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a wallet pays: fee types and codes of metrics; both empty: everything."""

    fee_types: tuple[str, ...] = ()
    billable_metric_codes: tuple[str, ...] = ()


@transaction.atomic
def create(
    customer: Customer,
    *,
    columns: Mapping[str, Any],
    scope: Scope | None = None,
    recurring: Sequence[RuleTerms] = (),
    actor: Actor,
    at: datetime,
) -> Wallet:
    """Open an empty wallet; `columns` has at least `rate_amount` (currency units a credit).

    The currency defaults to the customer's and is assigned to one that has none. Raises NotFound for a deleted
    customer and Invalid by field (``customer: wallet_limit_reached``, ``currency: currencies_does_not_match`` …).
    """
    customer = lock_kept(customer.pk)
    _require_room(customer)
    wallet = Wallet(
        organization=customer.organization,
        customer=customer,
        currency=customer.currency,
        created_at=at,
        updated_at=at,
    )
    # Absent or null: the customer's currency, a code of our own, the default priority.
    _assign(wallet, {name: value for name, value in columns.items() if value is not None}, COLUMNS)
    wallet.code = wallet.code or _free_code(customer, wallet.name)
    scope = scope or Scope()
    metrics = _metrics(customer.organization, scope)
    _require_valid(wallet, at, expiration_is_new=True)
    assign_currency(customer, wallet.currency, actor=actor, at=at)
    wallet.allowed_fee_types = list(scope.fee_types)
    save_valid(wallet)
    wallet.allowed_metrics.set(metrics)
    rules.replace(wallet, recurring, at=at)
    journal.record(wallet, "wallet.created", actor=actor, at=at, after=_snapshot(wallet, metrics))
    journal.announce(wallet, "wallet.created", at=at)
    return wallet


@transaction.atomic
def update(
    wallet: Wallet,
    *,
    columns: Mapping[str, Any],
    scope: Scope | None = None,
    recurring: Sequence[RuleTerms] | None = None,
    actor: Actor,
    at: datetime,
) -> Wallet:
    """Change the given `columns`; `scope` and `recurring` replace what was, unless they are None.

    Raises Invalid: ``wallet_id: wallet_is_terminated``, or by field.
    """
    wallet = lock_active(wallet)
    expiration_at, old_metrics = wallet.expiration_at, list(wallet.allowed_metrics.all())
    before = _snapshot(wallet, old_metrics)
    _assign(wallet, columns, CHANGEABLE)
    metrics = old_metrics if scope is None else _metrics(wallet.organization, scope)
    _require_valid(wallet, at, expiration_is_new=wallet.expiration_at != expiration_at)
    if scope is not None:
        wallet.allowed_fee_types = list(scope.fee_types)
        wallet.allowed_metrics.set(metrics)
        wallet.is_ongoing_stale = True
    wallet.updated_at = at
    save_valid(wallet)
    if recurring is not None:
        rules.replace(wallet, recurring, at=at)
    old, new = journal.changes(before, _snapshot(wallet, metrics))
    journal.record(wallet, "wallet.updated", actor=actor, at=at, before=old, after=new)
    journal.announce(wallet, "wallet.updated", at=at)
    return wallet


@transaction.atomic
def terminate(wallet: Wallet, *, actor: Actor, at: datetime) -> Wallet:
    """End a wallet: its rules end, its remaining credits are voided by one transaction.

    Terminating a wallet that has ended changes nothing.
    """
    wallet = lock(wallet)
    if not wallet.is_active:
        return wallet
    WALLET.require(wallet.status, Status.TERMINATED)
    if wallet.balance_cents or wallet.credits_balance:
        rest = Worth(wallet.credits_balance, wallet.balance_cents)
        ledger.write(wallet, TransactionKind.VOIDED, rest, note=ledger.Note(), actor=actor, at=at)
    rules.terminate_all(wallet, at=at)
    wallet.status, wallet.terminated_at = Status.TERMINATED, at
    wallet.ongoing_usage_balance_cents = 0
    ledger.save_balances(wallet, at=at)
    save_valid(wallet, update_fields=["status", "terminated_at"])
    journal.record(wallet, "wallet.terminated", actor=actor, at=at)
    journal.announce(wallet, "wallet.terminated", at=at)
    return wallet


@transaction.atomic
def terminate_all_of(customer: Customer, *, actor: Actor, at: datetime) -> list[Wallet]:
    """Terminate every active wallet of a customer and return them."""
    active = Wallet.objects.filter(customer=customer).active()
    return [terminate(wallet, actor=actor, at=at) for wallet in active.order_by("pk")]


def expire_due(organization: Organization, *, at: datetime, actor: Actor = SYSTEM) -> int:
    """Terminate the wallets whose expiration has passed by `at`; returns how many."""
    due = list(Wallet.objects.of(organization).expired(at).order_by("pk"))
    for wallet in due:
        terminate(wallet, actor=actor, at=at)
    return len(due)


def _require_room(customer: Customer) -> None:
    if Wallet.objects.filter(customer=customer).active().count() >= MAX_ACTIVE_WALLETS:
        raise Invalid(
            {"customer": ["wallet_limit_reached"]},
            Sentence("A customer has at most {most} active wallets.", most=MAX_ACTIVE_WALLETS),
        )


def _assign(wallet: Wallet, columns: Mapping[str, Any], allowed: frozenset[str]) -> None:
    unknown = set(columns) - allowed
    if unknown:
        raise TypeError(f"{', '.join(sorted(unknown))} cannot be given here")
    columns_of.assign(wallet, columns, allowed)


def _free_code(customer: Customer, name: str | None) -> str:
    """Make a code of the wallet's name that no active wallet of the customer has."""
    stem = re.sub(r"[^a-z0-9]+", "_", (name or "").lower()).strip("_")[:200] or "default"
    taken = set(
        Wallet.objects.filter(customer=customer, code__startswith=stem)
        .active()
        .values_list("code", flat=True)
    )
    number, code = 2, stem
    while code in taken:
        code, number = f"{stem}_{number}", number + 1
    return code


def _metrics(organization: Organization, scope: Scope) -> list[BillableMetric]:
    if set(scope.fee_types) - set(FeeType.values):
        raise Invalid({"applies_to": ["invalid_fee_types"]}, "A wallet cannot pay such fees.")
    codes = set(scope.billable_metric_codes)
    found = list(BillableMetric.objects.of(organization).kept().filter(code__in=codes))
    if len(found) != len(codes):
        raise Invalid({"applies_to": ["invalid_identifier"]}, "A metric does not exist.")
    return found


def _require_valid(wallet: Wallet, at: datetime, *, expiration_is_new: bool) -> None:
    errors = columns_of.faults(wallet, COLUMNS)
    if wallet.rate_amount is not None and wallet.rate_amount <= 0:
        errors["rate_amount"] = ["value_is_out_of_range"]
    if wallet.currency and wallet.currency not in CURRENCIES:
        errors["currency"] = ["value_is_invalid"]
    if wallet.expiration_at and expiration_is_new and wallet.expiration_at <= at:
        errors["expiration_at"] = ["invalid_date"]
    if not 1 <= wallet.priority <= 50:
        errors["priority"] = ["value_is_invalid"]
    _check_limits(wallet, errors)
    if errors == {"expiration_at": ["invalid_date"]}:
        raise Invalid(errors, "A wallet expires in the future.")
    columns_of.refuse(errors)


def _check_limits(wallet: Wallet, errors: dict[str, list[str]]) -> None:
    least, most = wallet.paid_top_up_min_amount_cents, wallet.paid_top_up_max_amount_cents
    for field, value in (("min", least), ("max", most)):
        if value is not None and value <= 0:
            errors[f"paid_top_up_{field}_amount_cents"] = ["value_is_out_of_range"]
    if least is not None and most is not None and least > most:
        errors["paid_top_up_max_amount_cents"] = ["must_be_greater_than_or_equal_min"]


def _snapshot(wallet: Wallet, metrics: Sequence[BillableMetric]) -> dict[str, Any]:
    return journal.snapshot(wallet) | {
        "billable_metric_codes": sorted(metric.code for metric in metrics),
        "rules": rules.snapshot(wallet),
    }
