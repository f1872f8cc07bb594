"""Keep the filters, order and search of a list under a name: save, change, delete a view."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed, NotFound, Sentence
from organizations.models import Membership, SavedView
from persistence.saving import save_valid

LISTING = re.compile(r"[a-z][a-z0-9-]{0,59}")
MOST = 50
"""Views that an operator may keep of one list."""


@dataclass(frozen=True)
class NewView:
    """What is to be kept: `query` are the list's own parameters, without a prefix."""

    listing: str
    query: str
    name: str
    is_shared: bool = False


@transaction.atomic
def save_view(membership: Membership, *, asked: NewView, actor: Actor, at: datetime) -> SavedView:
    """Keep a view for the member, and for everybody in the organization if it is shared.

    Raises Invalid for a name that the member's views of this list have already, or an empty one, and NotAllowed
    ``too_many_views``.
    """
    if not LISTING.fullmatch(asked.listing):
        raise Invalid({"listing": ["value_is_invalid"]}, "That is no list.")
    Membership.objects.filter(pk=membership.pk).locked().get()
    own = {"organization": membership.organization, "operator": membership.operator}
    if SavedView.objects.filter(**own, listing=asked.listing).count() >= MOST:
        raise NotAllowed(
            "too_many_views",
            Sentence("There are {most} views of this list: delete one.", most=MOST),
        )
    view = SavedView(
        **own,
        listing=asked.listing,
        name=asked.name.strip(),
        query=asked.query,
        is_shared=asked.is_shared,
        created_at=at,
        updated_at=at,
    )
    save_valid(view)
    after = journal.snapshot(view)
    journal.record(view, "saved_view.created", actor=actor, at=at, after=after)
    return view


@transaction.atomic
def change_view(
    view: SavedView,
    membership: Membership,
    *,
    name: str | None = None,
    is_shared: bool | None = None,
    query: str | None = None,
    actor: Actor,
    at: datetime,
) -> SavedView:
    """Give a view another name, another circle or other parameters; None leaves a thing as it is.

    Raises NotAllowed ``not_your_view`` for somebody else's, unless it is shared and the member is an owner.
    """
    view = _locked(view, membership)
    before = journal.snapshot(view)
    view.name = view.name if name is None else name.strip()
    view.is_shared = view.is_shared if is_shared is None else is_shared
    view.query = view.query if query is None else query
    old, new = journal.changes(before, journal.snapshot(view))
    if new:
        view.updated_at = at
        save_valid(view, update_fields=[*new, "updated_at"])
        journal.record(view, "saved_view.updated", actor=actor, at=at, before=old, after=new)
    return view


@transaction.atomic
def delete_view(view: SavedView, membership: Membership, *, actor: Actor, at: datetime) -> None:
    """Remove a view; raises NotAllowed ``not_your_view`` like `change_view`."""
    view = _locked(view, membership)
    before = journal.snapshot(view)
    journal.record(view, "saved_view.deleted", actor=actor, at=at, before=before)
    view.delete()


def may_change(view: SavedView, membership: Membership) -> bool:
    """Say whether a member may change and delete a view."""
    is_own = view.operator_id == membership.operator_id
    return is_own or (view.is_shared and membership.may("organization"))


def _locked(view: SavedView, membership: Membership) -> SavedView:
    seen = SavedView.objects.of(membership.organization).seen_by(membership.operator)
    found = seen.filter(pk=view.pk).locked().first()
    if found is None:
        raise NotFound("saved_view")
    if not may_change(found, membership):
        raise NotAllowed("not_your_view", "Only its owner may change this view.")
    return found
