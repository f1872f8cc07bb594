"""The product's own modules, as text and syntax trees, for the rules that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
# From the lowest layer to the highest; packages on one line are siblings.
LAYERS = [
    {"billing"},
    {"persistence"},
    {"organizations"},
    {"activity"},
    {"catalog"},
    {"customers"},
    {"subscriptions", "coupons", "wallets"},
    {"usage"},
    {"invoices"},
    {"payments"},
    {"workflows"},
    {"console", "api", "delivery", "demo"},
    {"billing_admin"},
]
PACKAGES = sorted(set.union(*LAYERS))
INTERFACE_NAMES = set("urls views api admin forms schemas reads tasks management".split())
SHELLS = {"api", "console", "demo", "billing_admin"}


def layer_of(package: str) -> int | None:
    """Say how high a package lies; None for one that is not ours."""
    return next((rank for rank, layer in enumerate(LAYERS) if package in layer), None)


def is_interface(module: str) -> bool:
    """Say whether a module asks and answers, rather than decides."""
    package, *rest = module.split(".")
    return package in SHELLS or bool(rest and rest[0] in INTERFACE_NAMES)


@dataclass(frozen=True)
class Source:
    """One module: its dotted name and its text."""

    module: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def package(self) -> str:
        return self.module.split(".")[0]

    def at(self, node: ast.AST, what: str) -> str:
        """Describe a violation so that an editor can jump to it."""
        return f"{self.module}:{getattr(node, 'lineno', 0)}: {what}"


def product() -> Iterator[Source]:
    """Read every module of the product, migrations aside."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts:
                module = ".".join(part for part in parts if part != "__init__")
                yield Source(module, path.read_text())
