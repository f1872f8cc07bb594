"""How to sign in to the demo is kept for one database, for its owner alone, never in production."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from billing_admin import demo_access
from billing_admin.demo_access import DemoAccess

ACCESS = DemoAccess(email="ada@example.com", password="correct horse", api_key="key_1")


@pytest.fixture(autouse=True)
def base(settings: Settings, tmp_path: Path) -> Path:
    settings.BASE_DIR = tmp_path
    return tmp_path


def test_it_is_kept_where_only_its_owner_reads(base: Path) -> None:
    demo_access.keep(ACCESS)

    (path,) = (base / ".local").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo_access.kept() == ACCESS


def test_a_new_demo_replaces_what_was_kept() -> None:
    demo_access.keep(DemoAccess("old@example.com", "old", "old"))
    demo_access.keep(ACCESS)

    assert demo_access.kept() == ACCESS


def test_another_database_has_another_access(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo_access.keep(ACCESS)

    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "other")

    assert demo_access.kept() is None


def test_production_neither_keeps_nor_shows_it(settings: Settings, base: Path) -> None:
    demo_access.keep(ACCESS)
    settings.SECURE = True

    assert demo_access.kept() is None
    with pytest.raises(ImproperlyConfigured):
        demo_access.keep(ACCESS)
