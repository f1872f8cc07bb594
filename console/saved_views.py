"""The views of a list that operators have named, as they stand above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.middleware.csrf import get_token
from django.urls import reverse

from organizations.models import SavedView
from workflows.save_view import may_change

if TYPE_CHECKING:
    from console.listing import Listing

VIEW = "view"
"""Parameter that says which view the list was opened with."""


@dataclass(frozen=True)
class Tab:
    """A view above its list."""

    view: SavedView
    url: str
    is_current: bool
    is_changed: bool
    """The list was opened with it, and has been narrowed or sorted otherwise since."""
    is_own: bool
    may_change: bool


@dataclass(frozen=True)
class SavedViews:
    """The views of a list, and where the present one is saved. Costs one query."""

    tabs: list[Tab]
    plain_url: str
    is_plain: bool
    """Nothing is searched, filtered or sorted: the list as it comes."""
    query: str
    here: str
    new_url: str
    csrf_token: str

    @property
    def current(self) -> Tab | None:
        """The view that is looked at."""
        return next((tab for tab in self.tabs if tab.is_current or tab.is_changed), None)

    @property
    def may_save(self) -> bool:
        """There is something that no view keeps."""
        return not self.is_plain and not any(tab.is_current for tab in self.tabs)


def saved_views(listing: Listing) -> SavedViews | None:
    """Return the views of a list that the operator sees; None where nobody is signed in."""
    request: Any = listing.request
    membership = getattr(request, "membership", None)
    if membership is None:
        return None
    rows = SavedView.objects.of(request.organization).seen_by(membership.operator_id)
    views = list(
        rows.filter(listing=listing.name).select_related("operator").order_by("name", "pk")
    )
    current = _current(listing, views)
    asked = listing.asked_view
    tabs = [
        Tab(
            view,
            listing.url_with(view.parameters, view=view.pk),
            view is current,
            current is None and str(view.pk) == asked,
            view.operator_id == membership.operator_id,
            may_change(view, membership),
        )
        for view in views
    ]
    query, here = urlencode(listing.state), request.get_full_path()
    new = {"listing": listing.name, "query": query, "next": here}
    return SavedViews(
        tabs,
        listing.url_with({}),
        not listing.state,
        query,
        here,
        f"{reverse('console:save_view')}?{urlencode(new)}",
        get_token(request),
    )


def _current(listing: Listing, views: list[SavedView]) -> SavedView | None:
    """Find the view that says what the list says; of several the one that it was opened with."""
    state = listing.state
    same = [view for view in views if state and listing.own_part(view.parameters) == state]
    named = next((view for view in same if str(view.pk) == listing.asked_view), None)
    return named or next(iter(same), None)
