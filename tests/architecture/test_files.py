"""A file fits in one reading."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.architecture.sources import PACKAGES, ROOT

LONGEST = 300


def too_long(paths: Iterable[Path]) -> list[str]:
    """Name the files that should become a package of the same name."""
    lengths = {path: len(path.read_text().splitlines()) for path in paths}
    return sorted(f"{path}: {lines} lines" for path, lines in lengths.items() if lines > LONGEST)


def test_no_file_is_longer_than_300_lines() -> None:
    folders = [*PACKAGES, "tests"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    files += [*ROOT.glob("*.py")]

    assert too_long(path for path in files if "migrations" not in path.parts) == []


def test_a_file_of_301_lines_is_found(tmp_path: Path) -> None:
    (tmp_path / "short.py").write_text("x = 1\n" * 300)
    (tmp_path / "long.py").write_text("x = 1\n" * 301)

    assert too_long(tmp_path.iterdir()) == [f"{tmp_path / 'long.py'}: 301 lines"]
