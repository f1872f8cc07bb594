"""What was backed up comes back, into an empty database only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from billing_admin import dumps
from billing_admin.dumps import DumpError

pytestmark = pytest.mark.django_db


def ask(database: dict[str, Any], statement: str) -> list[tuple[Any, ...]]:
    where = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    words = {word: database.get(name) or None for word, name in where.items()}
    with psycopg.connect(dbname=database["NAME"], autocommit=True, **words) as other:
        cursor = other.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def empty() -> Iterator[dict[str, Any]]:
    """A second database on the tests' server."""
    full = connection.settings_dict
    other = full | {"NAME": f"{full['NAME']}_restored"}
    ask(full, f'DROP DATABASE IF EXISTS "{other["NAME"]}"')
    ask(full, f'CREATE DATABASE "{other["NAME"]}"')
    yield other
    ask(full, f'DROP DATABASE "{other["NAME"]}"')


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "billing.dump"
    dumps.backup(connection.settings_dict, path)
    return path


def test_what_was_backed_up_comes_back(empty: dict[str, Any], dump: Path) -> None:
    dumps.restore(empty, dump)

    question = "SELECT app, name FROM django_migrations ORDER BY id"
    assert ask(empty, question) == ask(connection.settings_dict, question)
    constraints = "SELECT count(*) FROM pg_constraint"
    assert ask(empty, constraints) == ask(connection.settings_dict, constraints)


def test_a_database_with_tables_is_left_alone(empty: dict[str, Any], dump: Path) -> None:
    ask(empty, "CREATE TABLE precious AS SELECT 1 AS one")

    with pytest.raises(DumpError, match="not empty"):
        dumps.restore(empty, dump)

    assert ask(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == [
        ("precious",)
    ]


def test_a_damaged_dump_changes_nothing(empty: dict[str, Any], dump: Path) -> None:
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])

    with pytest.raises(DumpError, match="pg_restore failed"):
        dumps.restore(empty, dump)

    assert ask(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_backup_never_overwrites_a_file(dump: Path) -> None:
    before = dump.read_bytes()

    with pytest.raises(DumpError, match="exists"):
        dumps.backup(connection.settings_dict, dump)

    assert dump.read_bytes() == before


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    nowhere = connection.settings_dict | {"NAME": "no_such_database"}

    with pytest.raises(DumpError, match="no_such_database"):
        dumps.backup(nowhere, tmp_path / "billing.dump")

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_missing_is_named(empty: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(DumpError, match="There is no file"):
        dumps.restore(empty, tmp_path / "missing.dump")
