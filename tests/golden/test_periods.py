"""Period bounds and billing days against the golden lines, a case a line."""

import pytest

from tests.golden.adapters import periods


@pytest.mark.parametrize("line", periods.lines(), ids=lambda line: line["id"])
def test_the_core_gives_the_golden_periods(line):
    assert periods.differences(line) == []
