"""Golden aggregations through the database: the events are stored and read back, a case a line."""

import pytest

from tests.golden.adapters import aggregations
from tests.golden.adapters.aggregations import _case, _listed
from tests.usage.stored import Stored

pytestmark = pytest.mark.django_db

FUNCTIONS = ("aggregate", "aggregate_by_group", "aggregate_in_advance", "in_advance")


@pytest.mark.parametrize("line", aggregations.lines(), ids=lambda line: line["id"])
def test_the_database_gives_the_golden_aggregations(line, monkeypatch):
    stored = Stored()
    stored.filters = {key: _listed(each) for key, each in (line.get("filters") or {}).items()}
    stored.options = line.get("options") or {}
    stored.all_events = _case(line).all_events
    for name in FUNCTIONS:
        monkeypatch.setattr(aggregations, name, getattr(stored, name))

    assert aggregations.differences(line) == []
