"""What every payment provider can do, in words of this product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Unreachable(Exception):
    """The provider did not answer, or asked to come back later; the outcome is unknown. Try again, same key."""


class Rejected(Exception):
    """The provider refuses the request itself; trying again would not help.

    `code` is the provider's own (`resource_missing`), the text what it says to people.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class FalseSignature(Exception):
    """News that the provider did not sign, or signed too long ago."""


def require_secret(secret: str) -> None:
    """Raise FalseSignature where there is no secret: with an empty one anybody could sign."""
    if not secret:
        raise FalseSignature("the connection has no signing secret")


@dataclass(frozen=True, kw_only=True)
class Buyer:
    """A customer as a provider knows one; `key` makes a repeated creation the same one."""

    key: str
    name: str
    email: str | None
    facts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Order:
    """Money to be moved: minor units, from whom, with what. `key` makes it move once, however often it is asked.

    `facts` come back with the provider's news about the payment.
    """

    key: str
    amount_cents: int
    currency: str
    provider_customer_id: str
    provider_method_id: str | None = None
    method_kinds: tuple[str, ...] = ()
    description: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a payment or a refund: pending, processing, succeeded or failed.

    `provider_status` is the provider's own word for it, `next_action` what the customer has to do.
    """

    status: str
    provider_id: str | None = None
    provider_status: str = ""
    next_action: Mapping[str, Any] = field(default_factory=dict)
    error_code: str = ""
    error_message: str = ""


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """Money to go back by the way it came, in minor units; `total_cents` with what went back of it before.

    `may_be_done` says that it was asked for long ago and nobody knows the answer: its key may be forgotten.
    """

    key: str
    provider_payment_id: str
    amount_cents: int
    total_cents: int
    currency: str
    may_be_done: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Method:
    """A means of payment that a customer has left with the provider."""

    provider_customer_id: str
    provider_method_id: str
    kind: str
    label: str


@dataclass(frozen=True, kw_only=True)
class News:
    """Something the provider tells: at most one of the members says what.

    `facts` are those of the order; `amount_cents` and `currency` are those of the payment.
    """

    event_id: str
    kind: str
    payment: Outcome | None = None
    refund: Outcome | None = None
    method: Method | None = None
    lost_dispute_of: str | None = None
    amount_cents: int = 0
    currency: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Provider(Protocol):
    """A connection to a provider; each call is one conversation with it, outside of any transaction.

    Every call may raise Unreachable or Rejected.
    """

    def create_customer(self, buyer: Buyer) -> str:
        """Make the customer known and return the provider's id of it."""

    def charge(self, order: Order) -> Outcome:
        """Move money without the customer being there."""

    def refund(self, order: RefundOrder) -> Outcome:
        """Send money back."""

    def setup_url(self, order: Order, *, return_url: str) -> str:
        """Return the address of a page on which the customer leaves a means of payment."""

    def payment_url(self, order: Order, *, return_url: str) -> str:
        """Return the address of a page on which the customer pays the order."""

    def read_news(self, body: bytes, headers: Mapping[str, str]) -> Sequence[News]:
        """Return what a webhook tells; raises FalseSignature unless the provider signed these bytes."""
