"""Change who belongs to an organization: let somebody in, give another role, take somebody out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid, NotAllowed, NotFound
from organizations.models import Membership, Operator, Organization
from organizations.permissions import Role
from persistence.saving import save_valid
from workflows.add_member import add_member
from workflows.create_operator import create_operator


@dataclass(frozen=True)
class Admitted:
    """A new member, and the password of an operator who has just been made: shown this once."""

    membership: Membership
    password: str = ""


@transaction.atomic
def admit_member(
    organization: Organization, *, email: str, name: str, role: str, actor: Actor, at: datetime
) -> Admitted:
    """Make the operator with this e-mail address a member; an unknown one is created with a password.

    Raises Invalid when they are a member already or the role is unknown.
    """
    operator = Operator.objects.filter(email=email.strip().lower()).first()
    password = ""
    if operator is None:
        password = secrets.token_urlsafe(12)
        operator = create_operator(email, at=at, password=password, name=name)
    membership = add_member(organization, operator, role=role, actor=actor, at=at)
    return Admitted(membership, password)


@transaction.atomic
def change_role(membership: Membership, *, role: str, actor: Actor, at: datetime) -> Membership:
    """Give a member another role; raises NotAllowed ``last_owner`` if nobody else is an owner."""
    membership = _locked(membership)
    if role not in Role.values:
        raise Invalid({"role": ["value_is_invalid"]}, "That is no role.")
    if role != Role.OWNER:
        _keep_an_owner(membership)
    before, membership.role = membership.role, role
    if before != role:
        save_valid(membership, update_fields=["role"])
        journal.record(
            membership,
            "member.role_changed",
            actor=actor,
            at=at,
            before={"role": before},
            after={"role": role},
        )
    return membership


@transaction.atomic
def remove_member(membership: Membership, *, actor: Actor, at: datetime) -> None:
    """Take a member out; the operator and what they did stay. Raises NotAllowed ``last_owner``."""
    membership = _locked(membership)
    _keep_an_owner(membership)
    before = journal.snapshot(membership)
    journal.record(membership, "member.removed", actor=actor, at=at, before=before)
    membership.delete()


def _locked(membership: Membership) -> Membership:
    """Lock all members of the organization, so that two owners cannot leave at once; return the one."""
    rows = Membership.objects.filter(organization_id=membership.organization_id).locked()
    found = next((row for row in rows if row.pk == membership.pk), None)
    if found is None:
        raise NotFound("member")
    return found


def _keep_an_owner(membership: Membership) -> None:
    owners = Membership.objects.filter(organization_id=membership.organization_id, role=Role.OWNER)
    if not owners.exclude(pk=membership.pk).exists():
        raise NotAllowed("last_owner", "Somebody must remain an owner of the organization.")
