"""Every text of the console's pages can be translated, and the catalogs are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from tests.architecture.sources import ROOT

TEMPLATES = ROOT / "templates"
UNTRANSLATED = ("admin", "console/styleguide.html", "console/_sample")
"""English for everybody: support's admin, and samples for those who build the console."""

AS_THEY_ARE = {
    "-CN001",
    "CSV",
    "Esc",
    "Ctrl",
    "ms",
    "Authorization: Bearer",
    "Authorization: Bearer …",
}
"""Keys of the keyboard, units, numbers and code, which are the same in each language."""

SPOKEN = {"title", "aria-label", "alt", "placeholder", "data-tip", "data-confirm", "data-copied"}
MARKED = re.compile(r"{%\s*blocktranslate.*?%}.*?{%\s*endblocktranslate\s*%}", re.S)
TAGS = re.compile(r"{#.*?#}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", re.S)
NAMES = re.compile(r"{%\s*block main_class\s*%}.*?{%\s*endblock\s*%}", re.S)
CODE = re.compile(r"{%.*?%}|{{.*?}}", re.S)
WORD = re.compile(r"[^\W\d_]{2}")
DEFAULT = re.compile(r"\|default:(?:\"[A-Z]|'[A-Z])")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{[^}]*}")


class Texts(HTMLParser):
    """Collects what a page says outside of its translated texts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def unmarked(template: str) -> list[str]:
    """Name the texts of a template that have no translation."""
    page = Texts()
    text = template
    for pattern in (TAGS, NAMES, MARKED):
        text = pattern.sub("", text)
    page.feed(CODE.sub(" ", text))
    words = [" ".join(text.split()) for text in page.found if WORD.search(text)]
    return [text for text in words if text not in AS_THEY_ARE] + DEFAULT.findall(template)


def catalogs() -> list[Path]:
    """Return the catalog of each language that the console offers, English aside."""
    codes = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    return [ROOT / "locale" / code / "LC_MESSAGES" / "django.po" for code in codes]


def read(path: Path) -> Catalog:
    """Read a catalog."""
    with path.open("rb") as lines:
        return read_po(lines)


def faults(catalog: Catalog) -> Iterator[str]:
    """Name what is not translated, or not with the same facts in it."""
    for message in catalog:
        if message.id and (message.fuzzy or not all(_strings(message.string))):
            yield f"not translated: {message.id}"
        elif message.id and not _has_the_same_facts(message):
            yield f"other facts: {message.id}"


def compiled_otherwise(path: Path) -> Iterator[str]:
    """Name the texts for which the compiled catalog beside `path` says something else."""
    with path.with_suffix(".mo").open("rb") as compiled:
        found = GNUTranslations(compiled)
    for message in read(path):
        ids, context = _strings(message.id), message.context
        if len(ids) == 2:
            said = [found.ngettext(*ids, 1), found.ngettext(*ids, 2)]
        else:
            said = [found.pgettext(context, *ids) if context else found.gettext(*ids)]
        if message.id and said != _strings(message.string):
            yield ids[0]


def _strings(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _has_the_same_facts(message: Message) -> bool:
    """Compare each form; the singular may leave out the number."""
    wanted = [sorted(PLACEHOLDER.findall(text)) for text in _strings(message.id)]
    written = [sorted(PLACEHOLDER.findall(text)) for text in _strings(message.string)]
    return all(one in wanted for one in written)


def test_every_text_of_a_page_is_marked_for_translation() -> None:
    pages = {str(path.relative_to(TEMPLATES)): path for path in TEMPLATES.rglob("*.html")}
    found = {
        name: unmarked(path.read_text())
        for name, path in pages.items()
        if not name.startswith(UNTRANSLATED)
    }

    assert {name: texts for name, texts in found.items() if texts} == {}


def test_an_unmarked_text_is_found() -> None:
    page = (
        '<p title="A tip">{% translate "Marked" %} bare</p>{{ name|default:"Nobody" }}'
        "{% blocktranslate trimmed %}Marked <b>too</b>{% endblocktranslate %}{# a remark #}"
    )

    assert unmarked(page) == ["A tip", "bare", '|default:"N']


@pytest.mark.parametrize("path", catalogs(), ids=str)
def test_a_language_that_is_offered_is_complete(path: Path) -> None:
    assert list(faults(read(path))) == []


def test_gaps_and_other_facts_of_a_catalog_are_found() -> None:
    catalog = Catalog("de")
    catalog.add("Paid", "Bezahlt")
    catalog.add("Due", "")
    catalog.add("Overdue", "Überfällig", flags=["fuzzy"])
    catalog.add("Due on %(day)s", "Fällig am %(days)s")
    catalog.add(("%(count)s line", "%(count)s lines"), ("Eine Zeile", "%(count)s Zeilen"))

    assert list(faults(catalog)) == [
        "not translated: Due",
        "not translated: Overdue",
        "other facts: Due on %(day)s",
        "other facts: ('%(count)s line', '%(count)s lines')",
    ]


@pytest.mark.parametrize("path", catalogs(), ids=str)
def test_the_compiled_catalog_is_that_of_the_translated_one(path: Path) -> None:
    assert list(compiled_otherwise(path)) == []
