"""Give an operator a new password."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from organizations.models import Membership, Operator
from persistence.saving import save_valid


@transaction.atomic
def change_password(
    membership: Membership, *, password: str, actor: Actor, at: datetime
) -> Operator:
    """Store a new password of the member's operator; sessions of theirs that know the old one end."""
    operator = Operator.objects.select_for_update().get(pk=membership.operator_id)
    operator.set_password(password)
    save_valid(operator, update_fields=["password"])
    journal.record(membership, "member.password_changed", actor=actor, at=at)
    return operator
