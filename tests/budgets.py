"""Hold a screen to its number of queries, the same for few rows and for many.

    def test_the_list_of_customers_keeps_its_budget(client, organization):
        with query_budget("customers:list") as ask:
            ask(client.get, "/customers")          # as it is
            make_customers(organization, 300)
            ask(client.get, "/customers")          # with many rows

The budgets stand in tests/architecture/budgets.json, by the name of the address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

BUDGETS = Path(__file__).parent / "architecture" / "budgets.json"
Ask = Callable[..., Any]


@contextmanager
def query_budget(screen: str) -> Iterator[Ask]:
    """Give `ask(function, *words)`: calls it and fails unless it takes the screen's budget.

    Once the block ends it must have been called twice or more.
    """
    budget = json.loads(BUDGETS.read_text())[screen]
    asked = 0

    def ask(function: Callable[..., Any], *words: Any, **options: Any) -> Any:
        nonlocal asked
        with CaptureQueriesContext(connection) as taken:
            answer = function(*words, **options)
        asked += 1
        statements = "\n".join(query["sql"][:200] for query in taken.captured_queries)
        message = f"{screen} took {len(taken)} queries, its budget is {budget}:\n{statements}"
        assert len(taken) == budget, message
        return answer

    yield ask
    assert asked >= 2, f"{screen}: ask with few rows and once more with many"


def keep_budgets(get: Callable[..., Any], pages: dict[str, str], make_many: Ask) -> None:
    """Ask each screen at its address, call `make_many()`, and ask each again; all keep their budgets."""
    with ExitStack() as budgets:
        screens = {name: budgets.enter_context(query_budget(name)) for name in pages}
        for _round in range(2):
            for name, ask in screens.items():
                assert ask(get, pages[name]).status_code == 200
            if not _round:
                make_many()
