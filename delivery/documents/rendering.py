"""Turning a written document into the bytes of a PDF (PDF/A-3b), with typst.

The template is ours and fixed; what people typed reaches it as JSON, so no text is ever taken for markup.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import typst

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"
TEMPLATE = HERE / "template.typ"
ARCHIVE = ["a-3b"]
FALLBACKS = ["DejaVu Sans", "Noto Sans", "Noto Sans CJK SC", "Libertinus Serif"]

_one_at_a_time = Lock()


def pdf(document: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return the PDF of a document that `writing` has put into words; about 5 ms.

    Inter covers Latin, Greek and Cyrillic. Where a name needs more, the machine's own fonts are asked; a glyph that
    nobody has makes an ordinary PDF, since an archivable one may not lack any.
    """
    try:
        return _compiled(document, at, fallbacks=[], standards=ARCHIVE)
    except typst.TypstError:
        pass
    try:
        return _compiled(document, at, fallbacks=FALLBACKS, standards=ARCHIVE)
    except typst.TypstError:
        return _compiled(document, at, fallbacks=FALLBACKS, standards=[])


def _compiled(
    document: Mapping[str, Any], at: datetime, *, fallbacks: list[str], standards: list[str]
) -> bytes:
    data = json.dumps({**document, "fallbacks": fallbacks}, ensure_ascii=False)
    with _one_at_a_time:
        made: bytes = _compiler(bool(fallbacks)).compile(
            format="pdf",
            sys_inputs={"data": data},
            pdf_standards=standards,
            timestamp=int(at.timestamp()),
        )
    return made


@cache
def _compiler(knows_the_machines_fonts: bool) -> Any:
    return typst.Compiler(
        str(TEMPLATE), font_paths=[str(FONTS)], ignore_system_fonts=not knows_the_machines_fonts
    )
