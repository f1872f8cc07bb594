"""The pipeline that turns usage into what a fee stores."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from billing.pricing.priced import PricedCharge
from billing.pricing.usage import Usage

if TYPE_CHECKING:
    from billing.aggregation.events import Advance


def price(
    model: str,
    properties: Mapping[str, object],
    usage: Usage,
    currency: str,
    *,
    is_prorated: bool = False,
) -> PricedCharge:
    """Price the usage of a period. `model` and `properties` are those of the API."""
    raise NotImplementedError


def price_in_advance(
    model: str, properties: Mapping[str, object], advance: Advance, currency: str
) -> PricedCharge:
    """Price what one event adds: the price with it, less the price without it."""
    raise NotImplementedError


def price_instant(
    model: str, properties: Mapping[str, object], units: Decimal, currency: str
) -> PricedCharge:
    """Price a single event with no regard to any other."""
    raise NotImplementedError
