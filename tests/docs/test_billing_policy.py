"""Every figure of docs/billing-policy.md is worked out by the code, and every section that code cites is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import invoice_figures, plan_figures, time_figures, usage_figures
from tests.docs.policy import CHECKS, DOCUMENT, Row, tables
from workflows.schedule import JOBS

TEXT = DOCUMENT.read_text()
TABLES = {name: rows for name, rows in tables(TEXT) if name is not None}
ROWS = [(name, row) for name, rows in TABLES.items() for row in rows]
FIGURES = (invoice_figures, plan_figures, time_figures, usage_figures)
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "row"), ROWS, ids=[f"{name}-{number}" for number, (name, _) in enumerate(ROWS)]
)
def test_the_code_works_out_what_the_document_says(name: str, row: Row) -> None:
    worked = CHECKS[name](row)

    assert {column: row[column] for column in worked} == worked


def test_every_table_is_worked_out_and_every_check_has_its_table() -> None:
    assert all(figures.figures for figures in FIGURES)
    assert sorted(CHECKS) == sorted(TABLES)


def test_a_table_without_a_name_is_noticed() -> None:
    with pytest.raises(AssertionError, match="line 3"):
        list(tables("Words.\n\n| A |\n|---|\n| 1.00 |\n"))


def test_a_wrong_figure_is_noticed() -> None:
    row = dict(TABLES["standard"][0], Amount="50.01")

    assert CHECKS["standard"](row) == {"Amount": "50.00"}


def test_the_clock_has_every_job_in_its_order() -> None:
    assert [row["Job"] for row in TABLES["clock"]] == [job.name for job in JOBS]


CITED = re.compile(r"billing-policy(?:\.md)?,\s+(?:sections?\s+)?((?:\"[^\"]+\"(?:\s+and\s+)?)+)")


def cited_sections() -> set[tuple[str, str]]:
    """Each section that a module cites, with the module."""
    found = set()
    for folder in (
        "billing",
        "coupons",
        "invoices",
        "organizations",
        "usage",
        "wallets",
        "workflows",
    ):
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text()
            cited = CITED.findall(text)
            assert len(cited) == text.count("billing-policy"), f"{path} cites no section by name"
            found |= {
                (" ".join(section.split()), str(path.relative_to(ROOT)))
                for names in cited
                for section in re.findall(r"\"([^\"]+)\"", names)
            }
    return found


def test_every_section_that_code_cites_is_there() -> None:
    sections = set(re.findall(r"^## (.+)$", TEXT, re.MULTILINE))

    missing = {(section, path) for section, path in cited_sections() if section not in sections}

    assert missing == set()
    assert len(cited_sections()) > 30
