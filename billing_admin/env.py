"""What differs between machines, read from the environment once and checked."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from billing_admin import embedded_postgres

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SHORTEST_SECRET_KEY = 50


@dataclass(frozen=True)
class Environment:
    """The answers to what the environment may say.

    Without PRODUCTION=1 the product is local: it answers to this machine's names only, over plain
    http, with a secret key of its own. So a server whose environment was forgotten serves nobody.
    """

    is_production: bool
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    trusted_origins: list[str]
    database: dict[str, Any]
    is_proxied: bool
    log_level: str
    stripe_api_address: str
    gocardless_api_address: str
    adyen_api_address: str
    public_url: str
    webhooks_may_be_private: bool
    email: dict[str, Any]
    sender: str


def read(base: Path) -> Environment:
    """Read the environment; raise ImproperlyConfigured, in words, where production lacks something."""
    env = environ.Env()
    is_production = env.bool("PRODUCTION", default=False)
    hosts = env.list("ALLOWED_HOSTS", default=[])
    if is_production:
        _require(env, "SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS")
    return Environment(
        is_production=is_production,
        debug=not is_production and env.bool("DEBUG", default=False),
        secret_key=env.str("SECRET_KEY", default="") or _local_secret_key(base),
        allowed_hosts=hosts if is_production else [*LOOPBACK, *hosts],
        trusted_origins=env.list("CSRF_TRUSTED_ORIGINS", default=[]),
        database=_database(env, base),
        is_proxied=env.bool("BEHIND_PROXY", default=False),
        log_level=env.str("LOG_LEVEL", default="INFO").upper(),
        stripe_api_address=env.str("STRIPE_API_ADDRESS", default=""),
        gocardless_api_address=env.str("GOCARDLESS_API_ADDRESS", default=""),
        adyen_api_address=env.str("ADYEN_API_ADDRESS", default=""),
        public_url=env.str("PUBLIC_URL", default="").rstrip("/")
        or _first_address(is_production, hosts),
        webhooks_may_be_private=env.bool("WEBHOOKS_MAY_BE_PRIVATE", default=not is_production),
        email=env.email_url("EMAIL_URL", default="consolemail://"),
        sender=env.str("DEFAULT_FROM_EMAIL", default="billing@localhost"),
    )


def _first_address(is_production: bool, hosts: list[str]) -> str:
    """Guess where people reach the product, for links in e-mails and webhooks."""
    return f"https://{hosts[0]}" if is_production else "http://127.0.0.1:8000"


def _require(env: environ.Env, *names: str) -> None:
    missing = [name for name in names if not env.str(name, default="")]
    if missing:
        raise ImproperlyConfigured(
            f"With PRODUCTION=1 also set {', '.join(missing)}; see docs/running-in-production.md."
        )
    if len(env.str("SECRET_KEY")) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(
            f"SECRET_KEY must be random and have {SHORTEST_SECRET_KEY} characters or more."
        )


def _database(env: environ.Env, base: Path) -> dict[str, Any]:
    if not env.str("DATABASE_URL", default=""):
        return embedded_postgres.database(base)
    external: dict[str, Any] = env.db("DATABASE_URL")
    return external


def _local_secret_key(base: Path) -> str:
    """Keep a random key of this clone, so that sessions outlive a restart."""
    path = base / ".local" / "secret_key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as draft:  # mode 0600
            draft.write(secrets.token_urlsafe(64))
            draft.flush()
            with suppress(FileExistsError):  # another process was faster: its key holds
                os.link(draft.name, path)
    return path.read_text()
