"""Running something in processes of their own, which may be killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable

from django.db import connection, connections

fork = multiprocessing.get_context("fork")


def start(do: Callable[[], object]) -> multiprocessing.process.BaseProcess:
    """Call `do` in a new process, on the same database by a connection of its own."""
    connection.close()  # two processes must not speak over one
    process = fork.Process(target=_alone, args=(do,))
    process.start()
    return process


def _alone(do: Callable[[], object]) -> None:
    # While a browser's event loop is in the parent's thread, Django hides another connection of it there.
    del connections[connection.alias]
    try:
        do()
    except BaseException:
        traceback.print_exc()  # pytest shows it with the failure
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def kill(process: multiprocessing.process.BaseProcess) -> bool:
    """Kill a process with SIGKILL and say whether it was still at work."""
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def wait_for_silence() -> None:
    """Wait until PostgreSQL has noticed that nobody is at the other end any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
