"""How to sign in to the demo: random, kept in a file that only its owner may read.

The command that loads the demo makes the operator and the API key and calls `keep`; `up` shows
what was kept each time it starts.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class DemoAccess:
    """An operator's e-mail address and password, and an API key of the demo's organization."""

    email: str
    password: str
    api_key: str


def keep(access: DemoAccess) -> None:
    """Write the access down for this database; refused where production is served."""
    if settings.SECURE:
        raise ImproperlyConfigured("The demo's sign-in is not for production.")
    path = _path()
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        json.dump(asdict(access), handle)


def kept() -> DemoAccess | None:
    """Read the access to the demo in this database, if one was kept here."""
    if settings.SECURE or not _path().exists():
        return None
    return DemoAccess(**json.loads(_path().read_text()))


def _path() -> Path:
    """One file for each database, so that a second one does not hide the first one's."""
    where = settings.DATABASES["default"]
    named = "|".join(str(where.get(part, "")) for part in ("HOST", "PORT", "NAME"))
    digest = hashlib.sha256(named.encode()).hexdigest()[:12]
    return Path(settings.BASE_DIR) / ".local" / f"demo-{digest}.json"
