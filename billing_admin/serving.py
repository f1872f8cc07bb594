"""Run the web server and the worker together until Ctrl+C. Standard library only, to stay small.

`up` prepares the database and then becomes this: python -m billing_admin.serving HOST PORT
"""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path

from billing_admin import embedded_postgres
from billing_admin.processes import Group, Stopped, raise_at_signals

BASE = Path(__file__).resolve().parent.parent
WELCOME = "BILLING_ADMIN_WELCOME"
ENTRY = "billing_admin.wsgi:application"
WEB_WORKERS, THREADS = "2", "4"
SLOWEST_START = 60.0  # on a machine that has other things to do
ANY_ADDRESS = ("0.0.0.0", "::")


def main(host: str, port: str) -> None:
    """Start, say where it is to be found, and stop everything when one part ends or a signal comes."""
    raise_at_signals()
    sign_in = os.environ.pop(WELCOME, "")
    group = Group(BASE, environment(host, port))
    try:
        if not os.environ.get("DATABASE_URL"):
            embedded_postgres.start(BASE)
        group.start("web server", web_server(host, port))
        group.start("worker", [sys.executable, "manage.py", "worker"])
        wait_until_it_serves(group, address(host, port))
        print(
            f"\n  Console  {address(host, port)}/\n  API      {address(host, port)}/api/v1\n"
            f"{sign_in}\nCtrl+C stops everything.",
            flush=True,
        )
        sys.exit(f"The {group.wait()} ended by itself; its last words stand above.")
    except Stopped:
        print("Stopping ...", flush=True)
    finally:
        group.stop()


def web_server(host: str, port: str) -> list[str]:
    """Give the command of the web server."""
    where = ["--interface", "wsgi", "--host", host, "--port", port, "--no-ws"]
    size = ["--workers", WEB_WORKERS, "--blocking-threads", THREADS]
    # A worker that is told to stop while it still starts misses it: kill it after 5 s.
    care = ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *where, *size, *care, ENTRY]


def environment(host: str, port: str) -> dict[str, str]:
    """Let the web server answer to the name that was asked for."""
    hosts = [*filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]
    hosts.append("*" if host in ANY_ADDRESS else host)
    known = os.environ | {"ALLOWED_HOSTS": ",".join(hosts), "PYTHONUNBUFFERED": "1"}
    return {"PUBLIC_URL": address(host, port), **known}


def address(host: str, port: str) -> str:
    """Say where this machine's browser finds the console."""
    shown = "127.0.0.1" if host in ANY_ADDRESS else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def wait_until_it_serves(group: Group, where: str) -> None:
    """Return once the health check answers; end this process in words if it does not."""
    deadline = time.monotonic() + SLOWEST_START
    while time.monotonic() < deadline:
        if name := group.ended():
            sys.exit(f"The {name} did not start; its last words stand above.")
        try:
            with urllib.request.urlopen(f"{where}/healthz", timeout=5):
                return
        except OSError:  # not yet
            time.sleep(0.05)
    sys.exit(f"Nothing answers at {where} after {SLOWEST_START:.0f} s.")


if __name__ == "__main__":
    main(*sys.argv[1:])
