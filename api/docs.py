"""The readable page of the API, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Document = Mapping[str, Any]
DEEPEST = 6


def docs_page(document_of: Callable[[], Document]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that shows the document that `document_of` makes."""

    @cache
    def groups() -> list[dict[str, Any]]:
        return grouped(document_of())

    def docs(request: HttpRequest) -> HttpResponse:
        """Show every operation with its parameters, request and answer."""
        return render(request, "api/docs.html", {"groups": groups()})

    return docs


def grouped(document: Document) -> list[dict[str, Any]]:
    """Return the operations by tag, in the order of the document."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation.get("tags") or ["other"])[0]
            found[tag].append(_described(document, path, method, operation))
    return [{"tag": tag, "operations": operations} for tag, operations in sorted(found.items())]


def _described(document: Document, path: str, method: str, operation: Document) -> dict[str, Any]:
    answer = operation.get("responses", {}).get(200, {})
    return {
        "method": method.upper(),
        "path": path,
        "text": operation.get("description") or operation.get("summary", ""),
        "parameters": [
            {"name": one["name"], "place": one["in"], "type": _type(document, one["schema"])}
            for one in operation.get("parameters", [])
        ],
        "body": _written(document, operation.get("requestBody", {})),
        "answer": _written(document, answer),
    }


def _written(document: Document, content: Document) -> str:
    media = content.get("content", {}).get("application/json", {})
    if not media.get("schema"):
        return ""
    return json.dumps(_sample(document, media["schema"], 0), indent=2, ensure_ascii=False)


def _sample(document: Document, schema: Document, depth: int) -> Any:
    """Return a value of the shape of `schema`, with types in place of values."""
    schema = _resolved(document, schema)
    if "properties" in schema:
        if depth > DEEPEST:
            return "…"
        members = schema["properties"].items()
        return {name: _sample(document, one, depth + 1) for name, one in members}
    if schema.get("type") == "array":
        return [_sample(document, schema.get("items", {}), depth + 1)]
    return _type(document, schema)


def _resolved(document: Document, schema: Document) -> Document:
    """Follow references, and the one kind of a value that may also be null."""
    while True:
        kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif len(kinds) == 1 and kinds[0].get("type") != "array":
            schema = kinds[0]
        elif len(kinds) == 1:
            return kinds[0]
        else:
            return schema


def _type(document: Document, schema: Document) -> str:
    schema = _resolved(document, schema)
    if schema.get("anyOf"):
        return " or ".join(str(one.get("type", "object")) for one in schema["anyOf"])
    return str(schema.get("format") or schema.get("type") or "any")
