"""Wallets on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from pydantic import ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, Integer, Number, decimal, instant, instant_ms
from wallets.models import RecurringTransactionRule, Status, Wallet
from wallets.operations import Note, RuleTerms, Scope
from wallets.schemas.rules import RuleIn, RuleOut, rule_out
from wallets.schemas.shared import PairIn, PaymentMethodOut, credits_of, pairs, payment_method
from workflows.move_credits import Moves

CHANGEABLE = (
    "name",
    "code",
    "priority",
    "expiration_at",
    "invoice_requires_successful_payment",
    "paid_top_up_min_amount_cents",
    "paid_top_up_max_amount_cents",
    "purchase_order_number",
)


class ScopeIn(In):
    """What a wallet is limited to pay."""

    fee_types: list[str] | None = None
    billable_metric_codes: list[str] | None = None

    def scope(self) -> Scope:
        """Return what the domain takes."""
        return Scope(tuple(self.fee_types or ()), tuple(self.billable_metric_codes or ()))


def _readable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Read limits; whatever is not written as such is ``invalid_limitations`` as a whole."""
    try:
        return read(value)
    except ValidationError as error:
        raise PydanticCustomError("invalid_limitations", "These are no limits.") from error


class WalletIn(In):
    """A wallet as a request gives it; credits as text, amounts in minor units."""

    external_customer_id: str | None = None
    rate_amount: Number | None = None
    currency: str | None = None
    name: str | None = None
    code: str | None = None
    priority: Integer | None = None
    expiration_at: Instant | None = None
    invoice_requires_successful_payment: bool | None = None
    paid_top_up_min_amount_cents: Integer | None = None
    paid_top_up_max_amount_cents: Integer | None = None
    purchase_order_number: str | None = None
    applies_to: Annotated[ScopeIn | None, WrapValidator(_readable)] = None
    recurring_transaction_rules: list[RuleIn] | None = None
    paid_credits: Any = None
    granted_credits: Any = None
    ignore_paid_top_up_limits_on_creation: bool | None = None
    transaction_name: str | None = None
    transaction_metadata: list[PairIn] | None = None
    transaction_priority: Integer | None = None

    def opening_columns(self) -> dict[str, Any]:
        """Return the columns of a new wallet."""
        return {name: getattr(self, name) for name in ("rate_amount", "currency", *CHANGEABLE)}

    def changed_columns(self) -> dict[str, Any]:
        """Return the columns that the request names; a code cannot be cleared."""
        given = {name: value for name, value in self.given().items() if name in CHANGEABLE}
        return {name: value for name, value in given.items() if (name, value) != ("code", None)}

    def scope(self) -> Scope | None:
        """Return the limits, or None when the request has none."""
        return self.applies_to.scope() if self.applies_to else None

    def rules(self) -> Sequence[RuleTerms] | None:
        """Return the recurring top-ups, or None when the request has none."""
        given = self.recurring_transaction_rules
        return None if given is None else [rule.terms() for rule in given]

    def moves(self) -> Moves:
        """Return the first credits; raises Invalid."""
        return Moves(
            paid=credits_of(self.paid_credits, "paid_credits"),
            granted=credits_of(self.granted_credits, "granted_credits"),
            note=Note(
                name=self.transaction_name,
                priority=50 if self.transaction_priority is None else self.transaction_priority,
                metadata=pairs(self.transaction_metadata),
            ),
            ignores_limits=bool(self.ignore_paid_top_up_limits_on_creation),
        )


class ScopeOut(TypedDict):
    """What a wallet is limited to pay; both empty: everything."""

    fee_types: list[str]
    billable_metric_codes: list[str]


class WalletOut(TypedDict):
    """A wallet."""

    lago_id: str
    lago_customer_id: str
    external_customer_id: str
    billing_entity_code: str
    status: str
    currency: str
    name: str | None
    code: str
    priority: int
    rate_amount: str | None
    credits_balance: str | None
    credits_ongoing_balance: str | None
    credits_ongoing_usage_balance: str | None
    balance_cents: int
    ongoing_balance_cents: int
    ongoing_usage_balance_cents: int
    consumed_credits: str | None
    created_at: str | None
    expiration_at: str | None
    last_balance_sync_at: str | None
    last_consumed_credit_at: str | None
    terminated_at: str | None
    invoice_requires_successful_payment: bool
    paid_top_up_min_amount_cents: int | None
    paid_top_up_max_amount_cents: int | None
    purchase_order_number: str | None
    recurring_transaction_rules: list[RuleOut]
    applies_to: ScopeOut
    applied_invoice_custom_sections: list[dict[str, str]]
    payment_method: PaymentMethodOut
    metadata: dict[str, str] | None


def with_parts(rows: QuerySet[Wallet]) -> QuerySet[Wallet]:
    """Read the customer, the metrics and the active rules along; two queries more."""
    rules = RecurringTransactionRule.objects.filter(status=Status.ACTIVE).order_by("pk")
    return rows.select_related("customer").prefetch_related(
        "allowed_metrics", Prefetch("recurring_transaction_rules", rules)
    )


def wallet_out(wallet: Wallet) -> WalletOut:
    """Show a wallet that was read `with_parts`."""
    return {
        "lago_id": str(wallet.pk),
        "lago_customer_id": str(wallet.customer_id),
        "external_customer_id": wallet.customer.external_id,
        "billing_entity_code": str(wallet.organization_id),
        "status": wallet.status,
        "currency": wallet.currency,
        "name": wallet.name,
        "code": wallet.code,
        "priority": wallet.priority,
        "rate_amount": decimal(wallet.rate_amount),
        "credits_balance": decimal(wallet.credits_balance),
        "credits_ongoing_balance": decimal(wallet.credits_ongoing_balance),
        "credits_ongoing_usage_balance": decimal(wallet.credits_ongoing_usage_balance),
        "balance_cents": wallet.balance_cents,
        "ongoing_balance_cents": wallet.ongoing_balance_cents,
        "ongoing_usage_balance_cents": wallet.ongoing_usage_balance_cents,
        "consumed_credits": decimal(wallet.consumed_credits),
        "created_at": instant(wallet.created_at),
        "expiration_at": instant(wallet.expiration_at),
        "last_balance_sync_at": instant(wallet.last_balance_sync_at),
        "last_consumed_credit_at": instant(wallet.last_consumed_credit_at),
        "terminated_at": instant_ms(wallet.terminated_at),
        "invoice_requires_successful_payment": wallet.invoice_requires_successful_payment,
        "paid_top_up_min_amount_cents": wallet.paid_top_up_min_amount_cents,
        "paid_top_up_max_amount_cents": wallet.paid_top_up_max_amount_cents,
        "purchase_order_number": wallet.purchase_order_number,
        "recurring_transaction_rules": [
            rule_out(rule) for rule in wallet.recurring_transaction_rules.all()
        ],
        "applies_to": {
            "fee_types": wallet.allowed_fee_types,
            "billable_metric_codes": sorted(metric.code for metric in wallet.allowed_metrics.all()),
        },
        "applied_invoice_custom_sections": [],
        "payment_method": payment_method(),
        "metadata": None,
    }
