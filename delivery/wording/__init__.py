"""What documents and e-mails say, in the languages that they are written in: one JSON file each."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "fr", "de", "es", "it", "pt")


def language_of(locale: str) -> str:
    """Return the language in which a locale's documents are written: ``pt-BR`` is pt, an unknown one en."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


@cache
def words(language: str) -> dict[str, Any]:
    """Return every phrase of a language by its key."""
    found: dict[str, Any] = json.loads(
        Path(__file__).with_name(f"{language}.json").read_text(encoding="utf-8")
    )
    return found
