"""The organization's members: see, let in, give another role, take out."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from organizations.forms import MemberForm, RoleForm
from organizations.models import Membership
from organizations.reads import POWERS, find_member, members_of
from workflows.change_member import admit_member, change_role, remove_member

LIST = (gettext_lazy("Members"), "/settings/members/")
SETTINGS = (gettext_lazy("Settings"), "/settings/")


@operator_view()
def member_list(request: OperatorRequest) -> HttpResponse:
    """List the members with their roles."""
    context = {
        "members": [(one, POWERS[one.role]) for one in members_of(request.organization)],
    }
    return page_or_fragment(
        request, "organizations/members.html", context, fragment="organizations/members.html"
    )


@operator_view("members")
def admit(request: OperatorRequest) -> HttpResponse:
    """Let somebody in; a new operator's password is shown once, so a repetition is refused, not replayed."""
    form = MemberForm(request.POST or None)
    admitted = request.method == "POST" and submit(
        form, lambda data: admit_member(request.organization, **data, **_by(request))
    )
    if admitted and admitted.password:
        context = {"admitted": admitted, "crumbs": _crumbs(_("Add a member"))}
        return page_or_fragment(
            request, "organizations/admitted.html", context, fragment="organizations/admitted.html"
        )
    if admitted:
        message = _("%(member)s is a member.") % {"member": admitted.membership.operator}
        return done(request, message, to="organizations:members")
    context = {"form": form, "powers": POWERS, "crumbs": _crumbs(_("Add a member"))}
    status = 422 if form.errors else 200
    return page_or_fragment(request, "organizations/member_form.html", context, status=status)


@operator_view("members")
@once
def change(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask which role a member gets, and give it."""
    membership = _find(request, pk)
    form = RoleForm(request.POST or None, initial={"role": membership.role})
    changed = request.method == "POST" and submit(
        form, lambda data: change_role(membership, **data, **_by(request))
    )
    if changed:
        words = {"member": membership.operator, "role": changed.get_role_display()}
        message = _("%(member)s has the role %(role)s.") % words
        return done(request, message, to="organizations:members")
    context = {
        "title": _("Role of %(member)s") % {"member": membership.operator},
        "effects": [
            {
                "label": f"{Membership(role=role).get_role_display()}",
                "detail": words,
                "icon": "shield",
            }
            for role, words in POWERS.items()
        ],
        "fields": form,
        "action": reverse("organizations:change_role", args=[pk]),
        "submit_label": _("Save role"),
        "cancel_url": reverse("organizations:members"),
        "crumbs": _crumbs(_("Role")),
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "console/confirm.html", context, status=status)


@operator_view("members")
@once
def remove(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and take a member out."""
    membership = _find(request, pk)
    words = {"member": membership.operator, "organization": request.organization}
    if request.method == "POST":
        remove_member(membership, **_by(request))
        message = _("%(member)s is not a member any more.") % words
        return done(request, message, to="organizations:members")
    context = {
        "title": _("Take %(member)s out of %(organization)s?") % words,
        "effects": [
            {"label": _("They see and change nothing here any more"), "icon": "ban", "tone": "bad"},
            {"label": _("What they did stays in the journal"), "icon": "history"},
        ],
        "action": reverse("organizations:remove_member", args=[pk]),
        "submit_label": _("Remove member"),
        "danger": True,
        "cancel_url": reverse("organizations:members"),
        "crumbs": _crumbs(_("Remove member")),
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _by(request: OperatorRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": clock.now(request.organization)}


def _crumbs(last: str) -> list[tuple[Any, str]]:
    return [SETTINGS, LIST, (last, "")]


def _find(request: OperatorRequest, pk: uuid.UUID) -> Membership:
    found = find_member(request.organization, pk)
    if found is None:
        raise NotFound("member", _("This member does not exist."))
    return found
