#!/usr/bin/env python3
"""Run a command of Billing Admin: `up`, `test`, or any other that `help` lists.

The first run sets up what it needs; see bootstrap.py.
"""

import os
import pathlib
import sys

import bootstrap

STARTS_ITS_OWN_DATABASE = {"up", "test", "soak"}
ON_TWO_PROCESSES = "-n 2 --dist loadfile --no-loadscope-reorder".split()
"""What `test` does when told nothing else; the long files go first."""
WITHOUT_DATABASE = {"check", "collectstatic", "diffsettings", "help", "makemessages", "version"}


def main():
    """Set up, start the database if the command needs ours, and hand over to pytest or Django."""
    bootstrap.ensure()
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command == "test":
        import pytest

        sys.exit(pytest.main(sys.argv[2:] or ON_TWO_PROCESSES))
    if not os.environ.get("DATABASE_URL") and command not in (
        STARTS_ITS_OWN_DATABASE | WITHOUT_DATABASE
    ):
        from billing_admin import embedded_postgres

        embedded_postgres.start(pathlib.Path(__file__).resolve().parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_admin.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
