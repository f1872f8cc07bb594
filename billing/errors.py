"""The one family of errors that the domain raises and the three translators answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class Sentence(str):
    """A sentence for people with facts in it; what shows it may translate `template` first."""

    __slots__ = ("facts", "template")

    template: str
    facts: Mapping[str, Any]

    def __new__(cls, template: str, **facts: Any) -> Self:
        """Write the facts into the template's ``{fields}``."""
        sentence = super().__new__(cls, template.format(**facts))
        sentence.template, sentence.facts = template, facts
        return sentence


class DomainError(Exception):
    """A refusal in the domain: a stable code, a sentence for people, and facts.

    `code` is stable and part of the API; `message` is shown to operators; `facts` are further details.
    The subclass says what kind of refusal it is; interfaces turn it into HTTP.
    """

    def __init__(self, code: str, message: str = "", **facts: Any) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code.replace("_", " ").capitalize() + "."
        self.facts: Mapping[str, Any] = facts


class Invalid(DomainError):
    """What was asked for is wrong in one or more fields (API: 422).

    `errors` maps a field to its codes: ``{"currency": ["currencies_does_not_match"]}``;
    ``base`` stands for the whole. `message` speaks to the operator.
    """

    def __init__(self, errors: Mapping[str, list[str]], message: str = "", **facts: Any) -> None:
        first = next(iter(errors.values()))[0]
        super().__init__(first, message, **facts)
        self.errors = dict(errors)


class NotFound(DomainError):
    """Something named in the request does not exist here (API: 404, ``<resource>_not_found``)."""

    def __init__(self, resource: str, message: str = "", **facts: Any) -> None:
        super().__init__(f"{resource}_not_found", message, **facts)


class NotAllowed(DomainError):
    """The state of the object forbids it (API: 405)."""


class Forbidden(DomainError):
    """The actor may not do that (API: 403)."""
