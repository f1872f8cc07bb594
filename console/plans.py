"""Questions that show what will happen, and answers that carry out exactly that.

answer = answered(request, partial(void_invoice, invoice, actor=request.actor))
if answer.result is not None: return done(...)
context |= answer.context                # effects, hidden, text
return page_or_fragment(..., status=answer.status)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from billing.errors import DomainError, Invalid
from console.access import OperatorRequest
from console.effects import written
from organizations import clock
from workflows.preview import Plan, PlanChanged, Workflow, confirm, preview

AT, DIGEST = "plan_at", "plan"


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
    `context` has `effects` and `hidden` for ``console/confirm.html``, and `text` when something has changed since.
    What the workflow refuses is `refusal`, and its words the `text`.
    """
    is_sent = request.method == "POST" if is_sent is None else is_sent
    text = ""
    if is_sent:
        try:
            result, _plan = confirm(workflow, _sent(request), now=clock.now(request.organization))
        except PlanChanged:
            text = _("Something has changed since this was shown. This is what would happen now.")
        except Invalid as error:
            if "plan" not in error.errors:
                return _refused(error)
            text = error.message
        except DomainError as error:
            return _refused(error)
        else:
            return Answer(result=result)
    try:
        plan = preview(workflow, at=clock.now(request.organization))
    except DomainError as error:
        return _refused(error)
    context = {"effects": written(plan.effects), "hidden": hidden(plan), "text": text}
    return Answer(context=context, status=422 if is_sent else 200)


def _refused(error: DomainError) -> Answer:
    return Answer(context={"text": error.message}, status=422, refusal=error)


def hidden(plan: Plan) -> list[tuple[str, str]]:
    """Return the fields by which a form sends a plan back."""
    return [(AT, plan.at.isoformat()), (DIGEST, plan.digest)]


def _sent(request: OperatorRequest) -> Plan:
    """Return the plan that the form was shown with; raises Invalid ``plan`` without one."""
    at = _moment(request.POST.get(AT, ""))
    if at is None:
        raise Invalid({"plan": ["value_is_mandatory"]}, _("Look at what will happen, and confirm."))
    return Plan(at, request.POST.get(DIGEST, ""))


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at if at and at.tzinfo else None
