"""Who may import whom: the contracts of pyproject.toml, and the one about interface modules."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.architecture.sources import LAYERS, PACKAGES, ROOT, is_interface

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
PLANTED = {
    "the domain imports upwards": ("customers/operations.py", "import invoices.models"),
    "siblings import each other": ("coupons/operations.py", "import wallets"),
    "an operation imports a workflow": ("invoices/operations.py", "import workflows"),
    "an app knows the wiring": ("customers/views.py", "import billing_admin.settings"),
    "billing uses Django": ("billing/taxes.py", "from django.utils import timezone"),
    "billing uses a database": ("billing/bill.py", "import psycopg"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy_of_the_layout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages without what is in them: enough to plant one import at a time."""
    folder = tmp_path_factory.mktemp("layout")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for module in ("invoices/models.py", "billing_admin/settings.py"):
        (folder / module).touch()
    return folder


def test_the_contracts_of_the_imports_hold() -> None:
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "line"), PLANTED.values(), ids=PLANTED)
def test_a_planted_import_breaks_a_contract(copy_of_the_layout: Path, path: str, line: str) -> None:
    planted = copy_of_the_layout / path
    planted.write_text(line + "\n")

    done = lint(copy_of_the_layout)
    planted.unlink()

    assert "0 broken" not in done.stdout
    assert done.returncode == 1, done.stdout + done.stderr


def test_an_interface_module_may_import_any_app(copy_of_the_layout: Path) -> None:
    planted = copy_of_the_layout / "customers/views.py"
    planted.write_text("import invoices.models, wallets, workflows\n")

    done = lint(copy_of_the_layout)
    planted.unlink()

    assert done.returncode == 0, done.stdout


def imports_of_interfaces(edges: Iterator[tuple[str, str]]) -> list[str]:
    """Find imports of an interface module by one of the domain, and tasks that bypass workflows."""
    found = []
    for importer, imported in edges:
        if is_interface(imported) and not is_interface(importer):
            found.append(f"{importer} imports {imported}: the domain must not know its interfaces")
        if importer.split(".")[1:2] == ["tasks"] and imported.endswith(".operations"):
            found.append(f"{importer} imports {imported}: a task calls a workflow")
    return found


def test_nothing_in_the_domain_imports_an_interface_module() -> None:
    graph = grimp.build_graph(*PACKAGES)
    edges = (
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    )

    assert imports_of_interfaces(edges) == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("customers.operations", "customers.forms"),
        ("invoices.models.invoice", "invoices.reads"),
        ("workflows.bill_due", "invoices.views.detail"),
        ("delivery.operations", "console.htmx"),
        ("invoices.tasks", "invoices.operations"),
    ],
)
def test_a_planted_import_of_an_interface_is_found(importer: str, imported: str) -> None:
    assert len(imports_of_interfaces(iter([(importer, imported)]))) == 1


def test_the_layers_here_are_those_of_the_contract() -> None:
    import tomllib

    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [set(line.split(" | ")) for line in contract["contracts"][0]["layers"]]

    assert layers == LAYERS[::-1]
    assert sorted(contract["root_packages"]) == PACKAGES
