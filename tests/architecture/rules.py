"""The rules that read syntax trees. Each gives the violations it finds, in words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source, is_interface

WRITES = {"save", "create", "delete", "get_or_create", "update_or_create"}
WRITES |= {"bulk_create", "bulk_update", "save_valid"}
WRITES |= {f"a{name}" for name in WRITES} | {"aupdate", "save_m2m", "save_model", "delete_model"}
CLOCKS = {"now", "utcnow", "today", "localdate", "localtime"}
CLOCK_OWNERS = {"timezone", "datetime", "date"}
# Sandboxes have a time of their own, so only the interface, which knows the organization, may ask.
CLOCK_HOME = "organizations.clock"
NOT_EXACT = {"float", "round", "complex"}

Rule = Callable[[Source], Iterator[str]]


def interfaces_do_not_write(source: Source) -> Iterator[str]:
    """No .save, .create, .update, .delete or .bulk_* in an interface: call an operation.

    A function of an imported module (`operations.create(…)`) is such a call, and
    `@router.delete(…)` names a method of HTTP. `.update(…)` is a write when it names columns; a
    dictionary's takes a mapping.
    """
    if not is_interface(source.module):
        return
    modules = {*_imported_modules(source.tree), "router"}
    for call in _calls(source.tree):
        if isinstance(call.func, ast.Name) and call.func.id == "save_valid":
            yield source.at(call, "an interface writes: save_valid(…)")
        if not isinstance(call.func, ast.Attribute):
            continue
        name, owner = call.func.attr, call.func.value
        if isinstance(owner, ast.Name) and owner.id in modules:
            continue
        if name in WRITES or (name == "update" and call.keywords and not call.args):
            yield source.at(call, f"an interface writes: .{name}(…)")


def only_the_clock_reads_the_time(source: Source) -> Iterator[str]:
    """No timezone.now() and its like outside organizations/clock.py."""
    if source.module == CLOCK_HOME:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = node.value
            named = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if named in CLOCK_OWNERS:
                yield source.at(node, f"reads the clock: {named}.{node.attr}")


def only_interfaces_ask_the_clock(source: Source) -> Iterator[str]:
    """Nothing in the domain imports organizations.clock: it is told `at`."""
    if is_interface(source.module) or source.module == CLOCK_HOME:
        return
    for node in ast.walk(source.tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        if CLOCK_HOME in names:
            yield source.at(node, "the domain asks the clock; take `at` instead")


def billing_is_exact(source: Source) -> Iterator[str]:
    """No float, no built-in round and no fraction written as a float in `billing`."""
    if source.package != "billing":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield source.at(node, f"not exact: {node.value}")
        if isinstance(node, ast.Name) and node.id in NOT_EXACT:
            yield source.at(node, f"not exact: {node.id}")
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = [alias.name for alias in node.names] + [getattr(node, "module", "") or ""]
            if {"math", "statistics", "cmath"} & set(imported):
                yield source.at(node, "not exact: math")


def nothing_happens_behind_a_save(source: Source) -> Iterator[str]:
    """No signals and no receivers."""
    for node in ast.walk(source.tree):
        module = getattr(node, "module", None) if isinstance(node, ast.ImportFrom) else None
        if module and (module.endswith(".signals") or module == "django.dispatch"):
            yield source.at(node, f"a signal: {module}")


RULES: list[Rule] = [
    interfaces_do_not_write,
    only_the_clock_reads_the_time,
    only_interfaces_ask_the_clock,
    billing_is_exact,
    nothing_happens_behind_a_save,
]


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _imported_modules(tree: ast.AST) -> set[str]:
    """Names that an import bound and that look like a module, not like a class."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return {name for name in found if name == name.lower()}
