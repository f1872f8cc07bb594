"""Each sentence of the documentation page has a browser test that bears its number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.architecture.sources import ROOT

SENTENCES = range(1, 24)


def untold(texts: Iterable[str]) -> list[int]:
    """Name the sentences that no test bears in its name."""
    told = {
        int(number) for text in texts for number in re.findall(r"^def test_s(\d+)_", text, re.M)
    }
    return [number for number in SENTENCES if number not in told]


def test_every_sentence_is_walked_in_a_browser() -> None:
    assert untold(path.read_text() for path in (ROOT / "tests" / "e2e").glob("test_*.py")) == []


def test_a_sentence_without_a_test_is_found() -> None:
    texts = [f"def test_s{number}_holds() -> None:" for number in SENTENCES if number != 7]

    assert untold(texts) == [7]
