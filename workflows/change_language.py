"""Change the language in which the console speaks to an operator."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from organizations.models import Language, Membership, Operator
from persistence.saving import save_valid


@transaction.atomic
def change_language(
    membership: Membership, *, language: str, actor: Actor, at: datetime
) -> Operator:
    """Set the language of the member's operator; empty stands for what the browser asks for.

    Raises Invalid for a language that the console does not speak.
    """
    if language and language not in Language.values:
        raise Invalid({"language": ["not_a_valid_language_code"]}, "Choose a language of the list.")
    operator = Operator.objects.select_for_update().get(pk=membership.operator_id)
    before, operator.language = operator.language, language
    save_valid(operator, update_fields=["language"])
    journal.record(
        membership,
        "member.language_changed",
        actor=actor,
        at=at,
        before={"language": before},
        after={"language": language},
    )
    return operator
