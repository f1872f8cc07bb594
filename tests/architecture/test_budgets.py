"""The query budgets: how they are held, and that they name screens that exist."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.urls import get_resolver, resolve

from console.navigation import MENU
from tests.budgets import BUDGETS, query_budget


def queries(count: int) -> None:
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute("SELECT 1")


@pytest.mark.django_db
def test_the_health_check_takes_one_query(client: Client) -> None:
    with query_budget("healthz") as ask:
        first = ask(client.get, "/healthz")
        again = ask(client.get, "/healthz")

    assert (first.content, again.status_code) == (b"ok\n", 200)


@pytest.mark.django_db
def test_a_screen_that_asks_more_for_more_rows_is_found() -> None:
    def ask_twice() -> None:
        with query_budget("healthz") as ask:
            ask(queries, 1)
            ask(queries, 2)

    with pytest.raises(AssertionError, match="took 2 queries, its budget is 1"):
        ask_twice()


@pytest.mark.django_db
def test_a_screen_must_be_asked_with_few_rows_and_with_many() -> None:
    def ask_once() -> None:
        with query_budget("healthz") as ask:
            ask(queries, 1)

    with pytest.raises(AssertionError, match="once more with many"):
        ask_once()


def names_of(resolver: object, prefix: str = "") -> set[str]:
    """List the names of all addresses, with their namespaces."""
    found = set()
    for pattern in resolver.url_patterns:  # type: ignore[attr-defined]
        namespace = getattr(pattern, "namespace", None)
        if hasattr(pattern, "url_patterns"):
            found |= names_of(pattern, f"{prefix}{namespace}:" if namespace else prefix)
        elif pattern.name:
            found.add(prefix + pattern.name)
    return found


def test_each_entry_of_the_side_menu_has_a_budget() -> None:
    budgets = json.loads(BUDGETS.read_text())
    entries = [entry for group in MENU for entry in group.entries]

    assert [str(one.label) for one in entries if resolve(one.url).view_name not in budgets] == []


def test_each_budget_belongs_to_a_screen() -> None:
    budgets = json.loads(BUDGETS.read_text())

    assert set(budgets) - names_of(get_resolver()) == set()
    assert list(budgets) == sorted(budgets)
