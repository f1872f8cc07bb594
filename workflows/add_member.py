"""Give an operator a role in an organization."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from organizations.models import Membership, Operator, Organization
from organizations.permissions import Role
from persistence.saving import save_valid


@transaction.atomic
def add_member(
    organization: Organization, operator: Operator, *, role: str, actor: Actor, at: datetime
) -> Membership:
    """Make `operator` a member; raises Invalid when they are one already or the role is unknown."""
    if role not in Role.values:
        raise Invalid({"role": ["value_is_invalid"]}, "That is no role.")
    membership = save_valid(
        Membership(organization=organization, operator=operator, role=role, created_at=at)
    )
    journal.record(
        membership, "member.added", actor=actor, at=at, after=journal.snapshot(membership)
    )
    return membership
