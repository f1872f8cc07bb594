"""Change how an operator is called."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from organizations.models import Membership, Operator
from persistence.saving import save_valid


@transaction.atomic
def change_profile(membership: Membership, *, name: str, actor: Actor, at: datetime) -> Operator:
    """Set the name of the member's operator; the journal of that organization keeps the old one."""
    operator = Operator.objects.select_for_update().get(pk=membership.operator_id)
    before, operator.name = operator.name, name.strip()
    save_valid(operator, update_fields=["name"])
    journal.record(
        membership,
        "member.renamed",
        actor=actor,
        at=at,
        before={"name": before},
        after={"name": operator.name},
    )
    return operator
