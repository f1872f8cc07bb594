"""Recurring top-ups on the wire."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from typing_extensions import TypedDict

from api.envelopes import In
from api.values import Instant, decimal, instant
from billing.errors import Invalid
from wallets.credits import parse_credits
from wallets.models import RecurringTransactionRule, RuleMethod, RuleTrigger
from wallets.operations import RuleTerms
from wallets.schemas.shared import PairIn, PaymentMethodOut, pairs, payment_method


class RuleIn(In):
    """A recurring top-up as a request gives it; credits as text."""

    lago_id: str | None = None
    trigger: str | None = None
    method: str | None = None
    interval: str | None = None
    threshold_credits: Any = None
    paid_credits: Any = None
    granted_credits: Any = None
    target_ongoing_balance: Any = None
    grants_target_top_up: bool | None = None
    started_at: Instant | None = None
    expiration_at: Instant | None = None
    transaction_name: str | None = None
    transaction_metadata: list[PairIn] | None = None
    invoice_requires_successful_payment: bool | None = None
    ignore_paid_top_up_limits: bool | None = None

    def terms(self) -> RuleTerms:
        """Return what the domain takes; raises Invalid (``invalid_recurring_rule``)."""
        target = self.target_ongoing_balance
        return RuleTerms(
            id=_uuid(self.lago_id),
            trigger=self.trigger or "",
            method=self.method or RuleMethod.FIXED,
            interval=self.interval if self.trigger == RuleTrigger.INTERVAL else None,
            threshold_credits=_credits(self.threshold_credits),
            paid_credits=_credits(self.paid_credits),
            granted_credits=_credits(self.granted_credits),
            target_ongoing_balance=None if target is None else _credits(target),
            grants_target_top_up=bool(self.grants_target_top_up),
            started_at=self.started_at,
            expiration_at=self.expiration_at,
            transaction_name=self.transaction_name,
            transaction_metadata=pairs(self.transaction_metadata),
            invoice_requires_successful_payment=bool(self.invoice_requires_successful_payment),
            ignore_paid_top_up_limits=bool(self.ignore_paid_top_up_limits),
        )


class RuleOut(TypedDict):
    """A recurring top-up."""

    lago_id: str
    trigger: str
    method: str
    interval: str | None
    status: str
    threshold_credits: str | None
    paid_credits: str | None
    granted_credits: str | None
    grants_target_top_up: bool
    started_at: str | None
    target_ongoing_balance: str | None
    created_at: str | None
    expiration_at: str | None
    invoice_requires_successful_payment: bool
    transaction_metadata: list[dict[str, str]]
    transaction_name: str | None
    ignore_paid_top_up_limits: bool
    applied_invoice_custom_sections: list[dict[str, str]]
    payment_method: PaymentMethodOut
    purchase_order_number: str | None


def rule_out(rule: RecurringTransactionRule) -> RuleOut:
    """Show a recurring top-up."""
    return {
        "lago_id": str(rule.pk),
        "trigger": rule.trigger,
        "method": rule.method,
        "interval": rule.interval,
        "status": rule.status,
        "threshold_credits": decimal(rule.threshold_credits),
        "paid_credits": decimal(rule.paid_credits),
        "granted_credits": decimal(rule.granted_credits),
        "grants_target_top_up": rule.grants_target_top_up,
        "started_at": instant(rule.started_at),
        "target_ongoing_balance": decimal(rule.target_ongoing_balance),
        "created_at": instant(rule.created_at),
        "expiration_at": instant(rule.expiration_at),
        "invoice_requires_successful_payment": rule.invoice_requires_successful_payment,
        "transaction_metadata": rule.transaction_metadata,
        "transaction_name": rule.transaction_name,
        "ignore_paid_top_up_limits": rule.ignore_paid_top_up_limits,
        "applied_invoice_custom_sections": [],
        "payment_method": payment_method(),
        "purchase_order_number": None,
    }


def _credits(given: Any) -> Decimal:
    if given is None:
        return Decimal(0)
    try:
        return parse_credits(given, "paid_credits")
    except Invalid as error:
        raise Invalid(
            {"recurring_transaction_rules": ["invalid_recurring_rule"]}, error.message
        ) from error


def _uuid(text: str | None) -> uuid.UUID | None:
    """Read an id; one that is none names no rule, so that a new one is made."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
