"""Who asks: `operator_view` lets a signed-in member with a permission through, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from activity.actors import Actor
from console import resuming
from console.htmx import came_from, is_fragment_request, refused
from organizations.models import Membership, Operator, Organization

ORGANIZATION = "organization"
"""Key of the session that remembers which organization an operator looks at."""


class OperatorRequest(HttpRequest):
    """What a view behind `operator_view` gets."""

    user: Operator
    organization: Organization
    membership: Membership
    organizations: list[Organization]
    actor: Actor


View = Callable[..., HttpResponse]


def operator_view(permission: str = "read") -> Callable[[View], View]:
    """Require a signed-in operator whose role in the organization holds `permission`.

    The request gets `organization`, `membership`, `organizations` and `actor`. One query besides those of
    session and user. Strangers are sent to sign in; who may not gets a page (or notice) with 403.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            if not identify(request):
                return refused(
                    request, _("You are not a member of any organization yet."), status=403
                )
            if not request.membership.may(permission):
                role = request.membership.get_role_display()
                message = _("Your role, %(role)s, does not allow this. Ask an owner.")
                return refused(request, message % {"role": role}, status=403)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def identify(request: Any) -> bool:
    """Set organization, membership and actor on the request; False if the operator has none."""
    memberships = list(
        Membership.objects.filter(operator=request.user)
        .select_related("organization")
        .order_by("organization__name", "pk")
    )
    if not memberships:
        return False
    wanted = request.session.get(ORGANIZATION)
    chosen = next((one for one in memberships if str(one.organization_id) == wanted), None)
    request.membership = chosen or memberships[0]
    request.organization = request.membership.organization
    request.organizations = [one.organization for one in memberships]
    request.actor = Actor(
        "operator", str(request.user.pk), str(request.user), "console", getattr(request, "id", "")
    )
    return True


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Have a stranger sign in: in a dialog over what they have typed, or on a page that keeps it."""
    if is_fragment_request(request):
        return resuming.ask_in_dialog(request)
    if request.method == "POST":
        return resuming.ask_and_keep(request, came_from(request))
    wanted = request.get_full_path() if request.method == "GET" else came_from(request)
    answer = redirect_to_login(wanted, "/sign-in/")
    if request.headers.get("HX-Request") == "true":  # else it would stand inside the page of before
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer
