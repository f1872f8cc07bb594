"""The prices of a charge: what is kept of its `properties`, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from billing.pricing.models import MODELS
from billing.pricing.validation import property_errors

Properties = dict[str, Any]

KEPT: Mapping[str, tuple[str, ...]] = {
    "standard": ("amount",),
    "graduated": ("graduated_ranges",),
    "volume": ("volume_ranges",),
    "package": ("amount", "package_size", "free_units"),
    "percentage": (
        "rate",
        "fixed_amount",
        "free_units_per_events",
        "free_units_per_total_aggregation",
        "per_transaction_min_amount",
        "per_transaction_max_amount",
    ),
    "graduated_percentage": ("graduated_percentage_ranges",),
    "dynamic": (),
}
GROUPING = "pricing_group_keys"
OLD_GROUPING = "grouped_by"
MOST_GROUP_KEYS = 20


def taken(model: str, given: Mapping[str, Any] | None, *, may_group: bool = True) -> Properties:
    """Return the properties to store for `model`: its own members of `given`, as they stand, else its defaults.

    Group keys are stored under one name, whichever was given. An unknown model keeps nothing.
    """
    if model not in KEPT:
        return {}
    given = given or {}
    kept = {name: given[name] for name in KEPT[model] if name in given}
    if not kept:
        kept = dict(MODELS[model].defaults)
    keys = given.get(GROUPING) or given.get(OLD_GROUPING)
    if may_group and keys:
        kept[GROUPING] = keys
    return kept


def wrong(model: str, properties: Properties) -> dict[str, list[str]]:
    """Return the codes of what is wrong with stored `properties`; nothing for an unknown model."""
    if model not in KEPT:
        return {}
    errors = property_errors(model, properties)
    keys = properties.get(GROUPING)
    if keys is not None and not _are_keys(keys):
        errors.setdefault("properties", []).append("value_is_invalid")
    return errors


def shown(properties: Properties) -> Properties:
    """Return `properties` as the API shows them: group keys under both names."""
    if GROUPING in properties:
        return {**properties, OLD_GROUPING: properties[GROUPING]}
    return dict(properties)


def _are_keys(keys: Any) -> bool:
    return (
        isinstance(keys, list)
        and len(keys) <= MOST_GROUP_KEYS
        and all(isinstance(key, str) and key for key in keys)
    )
