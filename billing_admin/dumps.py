"""Dump a database to one file and bring such a file back, with PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from billing_admin import embedded_postgres

# Whoever restores owns what comes back, whatever the roles were called where it came from.
WITHOUT_ROLES = ("--no-owner", "--no-privileges")


class DumpError(RuntimeError):
    """The dump was not made, or not brought back; nothing was changed."""


def backup(database: Mapping[str, Any], path: Path) -> None:
    """Write the whole database to a new file; a file that exists is never overwritten."""
    if path.exists():
        raise DumpError(f"{path} exists; name another file.")
    partial = path.with_name(path.name + ".partial")
    try:
        _run("pg_dump", database, "--format=custom", *WITHOUT_ROLES, f"--file={partial}")
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def restore(database: Mapping[str, Any], path: Path) -> None:
    """Bring a dump back, wholly or not at all, into a database that has no table yet."""
    if not path.exists():
        raise DumpError(f"There is no file {path}.")
    if _tables(database):
        raise DumpError("This database is not empty; restore into a new one.")
    name = f"--dbname={database['NAME']}"
    _run("pg_restore", database, "--single-transaction", *WITHOUT_ROLES, name, str(path))


def _tables(database: Mapping[str, Any]) -> int:
    where = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    words = {word: str(database.get(name) or "") for word, name in where.items()}
    conninfo = make_conninfo(dbname=str(database["NAME"]), **words)
    question = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    with psycopg.connect(conninfo) as connection:
        row = connection.execute(question).fetchone()
    return int(row[0]) if row else 0


def _run(tool: str, database: Mapping[str, Any], *words: str) -> None:
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    said = {ours: str(database[name]) for name, ours in names.items() if database.get(name)}
    said |= {"PGDATABASE": str(database["NAME"])}
    if ssl := database.get("OPTIONS", {}).get("sslmode"):
        said["PGSSLMODE"] = str(ssl)
    done = subprocess.run(
        [_path_of(tool), *words], env=os.environ | said, capture_output=True, text=True
    )
    if done.returncode:
        raise DumpError(f"{tool} failed:\n{done.stderr.strip()}")


def _path_of(tool: str) -> str:
    """Take the tool that comes with the embedded PostgreSQL, which is the newest, else the system's."""
    try:
        path = embedded_postgres.installed_binaries() / "bin" / tool
    except embedded_postgres.EmbeddedPostgresError:
        path = Path("/nonexistent")
    found = str(path) if path.exists() else shutil.which(tool)
    if not found:
        raise DumpError(f"{tool} is not on this machine; install PostgreSQL's client programs.")
    return found
