"""The charge models against the golden lines, a case a line."""

import pytest

from tests.golden.adapters import charge_models


@pytest.mark.parametrize("line", charge_models.lines(), ids=lambda line: line["id"])
def test_the_core_gives_the_golden_amounts(line):
    assert charge_models.differences(line) == []
