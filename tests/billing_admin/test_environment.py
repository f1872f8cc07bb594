"""Production says what it lacks; a local start needs nothing and serves nobody else."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from billing_admin import env

PRODUCTION = {
    "PRODUCTION": "1",
    "SECRET_KEY": "k9" * 40 + "!-abcdefgh",
    "ALLOWED_HOSTS": "billing.example.com",
    "DATABASE_URL": "postgres://billing@db.example.com/billing",
}
NAMES = (
    "SESSION_COOKIE_NAME CSRF_COOKIE_NAME SESSION_COOKIE_SECURE SECURE_SSL_REDIRECT "
    "SECURE_HSTS_SECONDS DEBUG ALLOWED_HOSTS"
).split()
SHOW = f"""
import json
from billing_admin import settings
print(json.dumps({{name: getattr(settings, name) for name in {NAMES}}}))
"""


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PRODUCTION, "DEBUG", "CSRF_TRUSTED_ORIGINS", "BEHIND_PROXY", "LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)


def settings_under(environment: dict[str, str]) -> dict[str, object]:
    """Load the settings in a process of their own."""
    clean = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    command = [sys.executable, "-c", SHOW]
    told = subprocess.check_output(command, env=clean | environment, cwd=settings.BASE_DIR)
    found: dict[str, object] = json.loads(told)
    return found


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_names_what_is_not_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    for name, value in PRODUCTION.items():
        if name != missing:
            monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"also set {missing};"):
        env.read(tmp_path)


def test_production_refuses_a_short_secret_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in (PRODUCTION | {"SECRET_KEY": "x" * 49}).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match="50 characters"):
        env.read(tmp_path)


def test_a_local_start_keeps_its_own_secret_key(tmp_path: Path) -> None:
    first, second = env.read(tmp_path), env.read(tmp_path)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 86
    kept = tmp_path / ".local" / "secret_key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert first.allowed_hosts == ["127.0.0.1", "localhost", "[::1]"]


def test_production_is_never_in_debug(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in (PRODUCTION | {"DEBUG": "1"}).items():
        monkeypatch.setenv(name, value)

    assert env.read(tmp_path).debug is False


def test_cookies_are_bound_to_the_host_in_production() -> None:
    assert settings_under(PRODUCTION) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31_536_000,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["billing.example.com"],
    }


def test_cookies_work_over_plain_http_on_this_machine() -> None:
    assert settings_under({}) == {
        "SESSION_COOKIE_NAME": "session",
        "CSRF_COOKIE_NAME": "csrf",
        "SESSION_COOKIE_SECURE": False,
        "SECURE_SSL_REDIRECT": False,
        "SECURE_HSTS_SECONDS": 0,
        "DEBUG": False,
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    }


def test_the_checks_for_deployment_find_nothing() -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"]
    environment = {"PATH": os.environ["PATH"]} | PRODUCTION
    done = subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_each_variable_is_documented() -> None:
    reader = (settings.BASE_DIR / "billing_admin" / "env.py").read_text()
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', reader))
    told = (settings.BASE_DIR / "docs" / "running-in-production.md").read_text()

    assert len(names) > 10
    assert {name for name in names if f"`{name}`" not in told} == {"DEBUG"}
