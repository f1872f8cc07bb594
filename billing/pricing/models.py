"""The table of charge models: how each reads its properties, and how it prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from billing.errors import Invalid, Sentence
from billing.pricing.dynamic import price_dynamic, read_dynamic
from billing.pricing.graduated import price_graduated, read_graduated
from billing.pricing.graduated_percentage import (
    price_graduated_percentage,
    read_graduated_percentage,
)
from billing.pricing.package import price_package, read_package
from billing.pricing.percentage import price_percentage, read_percentage
from billing.pricing.priced import Priced
from billing.pricing.prorated_graduated import price_prorated_graduated
from billing.pricing.reading import Properties
from billing.pricing.standard import price_standard, read_standard
from billing.pricing.usage import Usage
from billing.pricing.volume import price_volume, read_volume


@dataclass(frozen=True, slots=True)
class ChargeModel:
    """A row of the table. `rows` names the table of ranges that a model lists in its details."""

    read: Callable[[Properties], Any]
    price: Callable[[Usage, Any], Priced]
    defaults: Mapping[str, object]
    rows: str | None = None


_WHOLE_RANGE = {"from_value": 0, "to_value": None, "per_unit_amount": "0", "flat_amount": "0"}
_WHOLE_SHARE = {"from_value": 0, "to_value": None, "rate": "0", "flat_amount": "0"}
_GRADUATED = {"graduated_ranges": [_WHOLE_RANGE]}

MODELS: Mapping[str, ChargeModel] = {
    "standard": ChargeModel(read_standard, price_standard, {"amount": "0"}),
    "graduated": ChargeModel(read_graduated, price_graduated, _GRADUATED, "graduated_ranges"),
    "prorated_graduated": ChargeModel(
        read_graduated, price_prorated_graduated, _GRADUATED, "graduated_ranges"
    ),
    "package": ChargeModel(
        read_package, price_package, {"amount": "0", "package_size": 1, "free_units": 0}
    ),
    "percentage": ChargeModel(read_percentage, price_percentage, {"rate": "0"}),
    "volume": ChargeModel(read_volume, price_volume, {"volume_ranges": [_WHOLE_RANGE]}),
    "graduated_percentage": ChargeModel(
        read_graduated_percentage,
        price_graduated_percentage,
        {"graduated_percentage_ranges": [_WHOLE_SHARE]},
        "graduated_percentage_ranges",
    ),
    "dynamic": ChargeModel(read_dynamic, price_dynamic, {}),
}


def model_named(name: str, *, is_prorated: bool = False) -> ChargeModel:
    """Return a charge model by its name in the API; raise Invalid for an unknown one."""
    found = MODELS.get("prorated_graduated" if is_prorated and name == "graduated" else name)
    if found is None:
        raise Invalid(
            {"charge_model": ["value_is_invalid"]},
            Sentence("There is no charge model {name}.", name=name),
        )
    return found


def default_properties(name: str) -> dict[str, object]:
    """Return the properties of a charge that states none: everything costs nothing."""
    return dict(model_named(name).defaults)
