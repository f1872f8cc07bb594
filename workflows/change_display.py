"""Change how the console shows itself to an operator: its language, and the zone of its moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from organizations.models import Language, Membership, Operator
from persistence.saving import save_valid

NAMES = ("language", "timezone")


@transaction.atomic
def change_display(
    membership: Membership, *, language: str, timezone: str, actor: Actor, at: datetime
) -> Operator:
    """Set the language and the zone of the member's operator.

    Empty stands for the language that the browser asks for, and for the zone of what is looked at. Raises Invalid
    for a language that the console does not speak, or a zone that does not exist.
    """
    if language and language not in Language.values:
        raise Invalid({"language": ["not_a_valid_language_code"]}, "Choose a language of the list.")
    if timezone and timezone not in available_timezones():
        raise Invalid({"timezone": ["invalid_timezone"]}, "Choose a time zone from the list.")
    operator = Operator.objects.select_for_update().get(pk=membership.operator_id)
    before = {name: getattr(operator, name) for name in NAMES}
    operator.language, operator.timezone = language, timezone
    save_valid(operator, update_fields=NAMES)
    after = {name: getattr(operator, name) for name in NAMES}
    if after != before:
        journal.record(
            membership, "member.display_changed", actor=actor, at=at, before=before, after=after
        )
    return operator
