"""Every page of the console and of Django's admin asks the database as often for 300 rows as for 3."""

from __future__ import annotations

import gc
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client

from console.admin import GROUP
from tests.console.crowd import Crowd
from tests.security.addresses import BY_TOKEN, addresses

BUDGETS = Path(__file__).parents[1] / "architecture" / "budgets.json"
"""The queries of each page, by the pattern of its address."""
FEW, SOME, MANY = 3, 30, 300
NO_PAGES = {
    "": "leads on to the first page",
    "sign-in/": "leads a member on to the first page",
    "console/styleguide/": "shows samples, and only while debugging",
    "invoices/<uuid:pk>/pdf/": "is a file that is made once",
    "credit-notes/<uuid:pk>/pdf/": "is a file that is made once",
    "receipts/<uuid:pk>/pdf/": "is a file that is made once",
}
WORK = {
    "customers/<uuid:pk>/delete/": "ends each subscription, voids each wallet and credit note",
    "customers/<uuid:pk>/upcoming-invoice/": "takes from each wallet and credit note",
    "plans/<uuid:pk>/delete/": "ends each subscription of the plan",
    "subscriptions/<uuid:pk>/end/": "takes from each wallet and credit note",
}
"""Previews that carry an operation out, which changes one row after the other, and take it back."""
HEAVY = {
    "customers/<uuid:pk>/",
    "subscriptions/<uuid:pk>/",
    "subscriptions/<uuid:pk>/usage/<uuid:charge_id>/",
    "subscriptions/<uuid:pk>/usage/<uuid:charge_id>/explain/",
    "invoices/<uuid:pk>/fees/<uuid:fee_pk>/undo/",
    "invoices/<uuid:pk>/finalize/",
    "invoices/<uuid:pk>/regenerate/",
    "invoices/<uuid:pk>/void/",
}
"""Pages asked with 30 rows, to spare time: they do much, or show the usage that another page shows for 300."""
ASKED = {
    "search/": "?q=Zarn",
    "invoices/batches/new/": "?action=void&all=1",
    "payments/batches/new/": "?action=collect&all=1&status=",
    "developers/events/": "?q=Zarniwoop-sub",
}
"""What a page is asked for, so that it has something to show."""


def pages(crowd: Crowd) -> Iterator[tuple[str, str]]:
    """Yield pattern and address of each page; a new page of the map is among them by itself."""
    for one in addresses():
        is_page = not one.is_api and not one.pattern.startswith(BY_TOKEN)
        if is_page and one.pattern not in {*NO_PAGES, *WORK}:
            names = crowd.ids | crowd.elsewhere.get(one.pattern, {})
            yield one.pattern, one.filled(names) + ASKED.get(one.pattern, "")
    for model in admin.site._registry:
        path = f"admin/{model._meta.app_label}/{model._meta.model_name}/"
        yield path, f"/{path}"
        if row := model._base_manager.order_by("pk").first():
            yield f"{path}change/", f"/{path}{row.pk}/change/"


def wrong(queries: Mapping[str, tuple[int, int]], budgets: Mapping[str, int]) -> Any:
    """Return the pages whose queries, with few rows and with many, are not the same or above their budget."""
    return {
        pattern: (few, many)
        for pattern, (few, many) in queries.items()
        if few != many or few > budgets.get(pattern, few)
    }


def is_heavy(pattern: str) -> bool:
    """Say whether a page is asked with 30 rows only: previews that do much, and pages of one row in the admin."""
    return pattern in HEAVY or pattern.endswith("/change/")


Counted = dict[str, tuple[int, int]]


def counted(client: Client, addresses: Mapping[str, str]) -> Counted:
    """Ask pages and return by the pattern the status of the answer and the number of queries."""
    found = {}
    for pattern, address in addresses.items():
        queries = 0

        def count(execute: Any, *words: Any) -> Any:
            nonlocal queries
            queries += 1
            return execute(*words)

        with connection.execute_wrapper(count):
            found[pattern] = (client.get(address).status_code, queries)
    return {pattern: one for pattern, one in found.items() if one[0] != 405}


@pytest.fixture
def owner(client: Client, db: None) -> Iterator[tuple[Client, Crowd]]:
    """Browse console and admin of a crowd, without the noise of refusals and of the garbage collector."""
    crowd = Crowd()
    operator = crowd.membership.operator
    operator.is_staff = operator.is_superuser = True
    operator.save()
    Group.objects.get_or_create(name=GROUP)
    client.force_login(operator)
    logging.disable(logging.ERROR)
    gc.freeze()
    yield client, crowd
    gc.unfreeze()
    logging.disable(logging.NOTSET)


def test_every_page_asks_as_often_for_300_rows_as_for_3(owner: tuple[Client, Crowd]) -> None:
    client, crowd = owner
    ContentType.objects.get_for_models(*admin.site._registry)  # they are kept for good

    crowd.grow(FEW - 1)
    every = dict(pages(crowd))
    few = counted(client, every)
    crowd.grow(SOME - FEW)
    many = counted(client, {one: every[one] for one in every if is_heavy(one)})
    crowd.grow(MANY - SOME)
    many |= counted(client, {one: every[one] for one in every if not is_heavy(one)})

    assert {pattern: status for pattern, (status, _) in many.items() if status != 200} == {}
    queries = {pattern: (few[pattern][1], count) for pattern, (_, count) in many.items()}
    budgets = json.loads(BUDGETS.read_text())
    assert wrong(queries, budgets) == {}
    assert set(budgets) - set(queries) == set()
    assert list(budgets) == sorted(budgets)


def test_a_page_that_asks_more_for_more_rows_or_than_before_is_named() -> None:
    queries = {"even/": (4, 4), "grown/": (4, 5), "dear/": (5, 5), "cheap/": (3, 3), "new/": (9, 9)}
    budgets = {"even/": 4, "grown/": 4, "dear/": 4, "cheap/": 4}

    assert wrong(queries, budgets) == {"grown/": (4, 5), "dear/": (5, 5)}
