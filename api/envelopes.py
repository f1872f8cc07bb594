"""Root keys: every object travels as {"customer": {…}}, in requests and in answers."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import JsonResponse
from pydantic import BaseModel, ConfigDict, create_model


class In(BaseModel):
    """What a request may hold: unknown members are dropped, numbers are taken for text.

    `given()` tells absent members from null ones: absent keeps, null clears.
    """

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    def given(self) -> dict[str, Any]:
        """Return only the members that the request names, nested ones too."""
        return self.model_dump(exclude_unset=True)


class Page(BaseModel):
    """Where a page stands in its list."""

    current_page: int
    next_page: int | None
    prev_page: int | None
    total_pages: int
    total_count: int


@cache
def root_in(root: str, schema: type[In]) -> Any:
    """Return the schema of a request body {root: schema}; without the root key it is a 400."""
    return create_model(f"{schema.__name__}Body", **{root: (schema, ...)})


@cache
def root_out(root: str, shape: Any) -> Any:
    """Return the schema of an answer {root: shape}, for the OpenAPI document."""
    return create_model(f"{_titled(root)}{shape.__name__}Answer", **{root: (shape, ...)})


def _titled(root: str) -> str:
    """Return a root key as a part of a name: what two answers of one shape are told apart by."""
    return "".join(part.capitalize() for part in root.split("_"))


@cache
def list_out(root: str, shape: Any, *, has_meta: bool = True) -> Any:
    """Return the schema of a list answer, for the OpenAPI document."""
    members: dict[str, Any] = {root: (list[shape], ...)}
    if has_meta:
        members["meta"] = (Page, ...)
    return create_model(f"{_titled(root)}{shape.__name__}List", **members)


def answer(root: str, value: Any) -> JsonResponse:
    """Return 200 with one object (or a list without pages) under its root key."""
    return JsonResponse({root: value})
