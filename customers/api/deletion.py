"""What the deletion of a customer will do."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.http import HttpResponse
from ninja import Router
from typing_extensions import TypedDict

from api.envelopes import answer, root_out
from api.requests import ApiRequest
from customers.operations import find_kept
from workflows.delete_customer import delete_customer
from workflows.preview import preview

router = Router(tags=["customers"])


class DeletionPreviewOut(TypedDict):
    """What a deletion will do; `sha256` and `at` confirm exactly that, for 15 minutes."""

    at: str
    sha256: str
    effects: list[dict[str, Any]]


@router.get(
    "/customers/{external_customer_id}/deletion_preview",
    response=root_out("deletion_preview", DeletionPreviewOut),
)
def get_deletion_preview(request: ApiRequest, external_customer_id: str) -> HttpResponse:
    """Say what deleting a customer would do now, having done nothing."""
    customer = find_kept(request.organization, external_customer_id)
    plan = preview(partial(delete_customer, customer, actor=request.actor), at=request.at)
    shown: DeletionPreviewOut = {
        "at": _written(plan.at),
        "sha256": plan.digest,
        "effects": list(plan.effects),
    }
    return answer("deletion_preview", shown)


def _written(at: datetime) -> str:
    """Write a moment with its microseconds, so that it comes back as it was."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
