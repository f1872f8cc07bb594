"""Let an operator into the admin, to look at every organization as support staff does."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction

from organizations.models import Operator
from persistence.saving import save_valid

GROUP = "support"


@transaction.atomic
def admit_support(operator: Operator) -> Operator:
    """Make `operator` a member of the group ``support`` and of the staff; once is enough."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    operator.groups.add(group)
    if not operator.is_staff:
        operator.is_staff = True
        save_valid(operator, update_fields=["is_staff"])
    return operator
