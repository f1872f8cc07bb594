"""Reading bodies and query strings: whatever comes, a clean value or a refusal."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

NUL = "\x00"


class ContractParser(Parser):
    """The parser of the API: an empty body is {}, `name[]` is a list, the text `null` is no value."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's JSON; BadRequest for anything else."""
        return read_json(request.body)

    def parse_querydict(
        self, data: MultiValueDict, list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return the parameters that have a value."""
        found: dict[str, Any] = {}
        for name, values in data.lists():
            bare = name.removesuffix("[]")
            kept = [value.replace(NUL, "") for value in values if value not in ("", "null")]
            if kept and bare in list_fields:
                found.setdefault(bare, []).extend(kept)
            elif kept:
                found[bare] = kept[-1]
        return found


def read_json(body: bytes) -> Any:
    """Return the JSON in `body`, an empty one as {}; NUL characters are taken out of texts.

    Raises BadRequest for what is no JSON, no UTF-8, no finite number or nested too deeply.
    """
    if not body.strip():
        return {}
    try:
        value = json.loads(body, parse_constant=_no_number, parse_float=_finite)
        if rb"\u" in body:
            value = _cleaned(value)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the body is not valid JSON") from error
    return value


def bracketed(request: HttpRequest, name: str) -> dict[str, str]:
    """Return the parameters ``name[key]=value`` as {key: value}."""
    start = f"{name}["
    return {
        key[len(start) : -1].replace(NUL, ""): value.replace(NUL, "")
        for key, value in request.GET.items()
        if key.startswith(start) and key.endswith("]") and key != f"{name}[]"
    }


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _cleaned(value: Any) -> Any:
    """Take NUL characters out; a lone surrogate, which no column can hold, raises ValueError."""
    if isinstance(value, str):
        value.encode()
        return value.replace(NUL, "")
    if isinstance(value, dict):
        return dict(_cleaned_members(value.items()))
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value


def _cleaned_members(members: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    return ((_cleaned(name), _cleaned(item)) for name, item in members)
