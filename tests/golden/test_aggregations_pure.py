"""The pure aggregations against the golden lines, a case a line."""

import pytest

from tests.golden.adapters import aggregations


@pytest.mark.parametrize("line", aggregations.lines(), ids=lambda line: line["id"])
def test_the_core_gives_the_golden_units(line):
    assert aggregations.differences(line) == []
