"""Questions that show what will happen, and answers that carry out exactly that.

answer = answered(request, partial(void_invoice, invoice, actor=request.actor))
if answer.result is not None: return done(...)
context |= answer.context                # effects, hidden, text, gone, added
return page_or_fragment(..., status=answer.status)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from billing.errors import DomainError, Invalid
from console.access import OperatorRequest
from console.effects import written
from console.wording import spoken
from organizations import clock
from workflows.preview import Plan, PlanChanged, Workflow, confirm, differences, preview

SEALED = "sealed"
"""The field in which a form carries the plan that it shows."""
SALT = "console.plans"


@dataclass(frozen=True)
class Answer:
    """What became of a question: the workflow's result, or what the page must show to ask (again)."""

    result: Any = None
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    refusal: DomainError | None = None


def answered(
    request: OperatorRequest, workflow: Workflow[Any], *, is_sent: bool | None = None
) -> Answer:
    """Show what `workflow` would do on GET; on POST do it, if it still does exactly what was shown.

    `workflow` waits for its moment only (``partial``). `is_sent` says otherwise whether this is the confirmation.
    `context` has `effects` and `hidden` for ``console/confirm.html``; when something has changed since, also `text`,
    and as effects what is no longer so (`gone`) and what is so now (`added`).
    What the workflow refuses is `refusal`, and its words the `text`.
    """
    is_sent = request.method == "POST" if is_sent is None else is_sent
    said: dict[str, Any] = {"text": ""}
    if is_sent:
        try:
            result, _plan = confirm(workflow, opened(request), now=clock.now(request.organization))
        except PlanChanged as change:
            said = changed(change)
        except Invalid as error:
            if "plan" not in error.errors:
                return _refused(error)
            said = {"text": spoken(error.message)}
        except DomainError as error:
            return _refused(error)
        else:
            return Answer(result=result)
    try:
        plan = preview(workflow, at=clock.now(request.organization))
    except DomainError as error:
        return _refused(error)
    context = {"effects": written(plan.effects), "hidden": hidden(plan), **said}
    return Answer(context=context, status=422 if is_sent else 200)


def _refused(error: DomainError) -> Answer:
    return Answer(context={"text": spoken(error.message)}, status=422, refusal=error)


def changed(change: PlanChanged) -> dict[str, Any]:
    """Return the words for a plan that no longer holds: `text`, and the difference as `gone` and `added`.

    What reads alike before and after (an invoice of the same total with other lines) is no difference to show.
    """
    before, after = map(written, differences(change.old.effects, change.new.effects))
    text = _("Something has changed since this was shown. This is what would happen now.")
    gone = [row for row in before if row not in after]
    return {"text": text, "gone": gone, "added": [row for row in after if row not in before]}


def hidden(plan: Plan) -> list[tuple[str, str]]:
    """Return the fields by which a form sends a plan back."""
    return [(SEALED, sealed(plan))]


def sealed(plan: Plan) -> str:
    """Return a plan as a form carries it: whole, so that a change can be shown, and signed."""
    content = {"at": plan.at.isoformat(), "digest": plan.digest, "effects": plan.effects}
    return signing.dumps(content, salt=SALT, compress=True)


def opened(request: OperatorRequest) -> Plan:
    """Return the plan that the form was shown with; raises Invalid ``plan`` without one."""
    try:
        content = signing.loads(request.POST.get(SEALED, ""), salt=SALT)
    except signing.BadSignature as error:
        message = _("Look at what will happen, and confirm.")
        raise Invalid({"plan": ["value_is_mandatory"]}, message) from error
    return Plan(datetime.fromisoformat(content["at"]), content["digest"], tuple(content["effects"]))
