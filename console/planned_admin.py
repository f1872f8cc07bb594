"""Operations of the admin that show what they will do before they do it, and the way into the admin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from activity.actors import Actor
from activity.models import JournalEntry
from billing.errors import DomainError
from console.admin import GROUP, OperationsAdmin, actor_of, may_see
from console.plans import answered
from organizations import permissions
from workflows.preview import Workflow

MOST_ENTRIES = 20


def may_do(request: Any, permission: str) -> bool:
    """Say whether a member of the staff may do something: a superuser all, support what the table says."""
    return may_see(request) and (request.user.is_superuser or permissions.may(GROUP, permission))


@dataclass(frozen=True)
class PlannedOperation:
    """Something that staff may do to a row: shown with its effects first, then done exactly like that.

    `workflow(row, actor)` returns a workflow that waits for its moment; `is_offered(row)` asks the row's lifecycle.
    """

    name: str
    label: str
    permission: str
    workflow: Callable[[Any, Actor], Workflow[Any]]
    is_offered: Callable[[Any], bool]


class PlannedAdmin(OperationsAdmin):
    """A page of the admin with the journal of its row and a few operations, each asked first."""

    operations: Sequence[PlannedOperation] = ()
    change_form_template = "admin/operations/change_form.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_operate"
        view = self.admin_site.admin_view(self.operate)
        own = path("<uuid:pk>/operations/<slug:operation>/", view, name=name)
        return [own, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a row with its journal and the operations that may follow; a refusal becomes a message."""
        row = self.get_object(request, object_id)
        shown = {} if row is None else self._around(request, row)
        try:
            return super().change_view(request, object_id, form_url, shown | (extra_context or {}))
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def _around(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        entries = JournalEntry.objects.filter(object_id=row.pk).order_by("-pk")[:MOST_ENTRIES]
        return {
            "journal": entries,
            "operations": [
                (one.label, self._url(row, one))
                for one in self.operations
                if may_do(request, one.permission) and one.is_offered(row)
            ],
        }

    def _url(self, row: Any, operation: PlannedOperation) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_operate"
        return reverse(name, args=[row.pk, operation.name])

    def operate(self, request: Any, pk: Any, operation: str) -> HttpResponse:
        """Show what an operation would do to a row; on POST do exactly that."""
        row = self.get_object(request, str(pk))
        chosen = next((one for one in self.operations if one.name == operation), None)
        if row is None or chosen is None:
            raise Http404
        if not may_do(request, chosen.permission):
            raise PermissionDenied
        request.organization, request.actor = row.organization, actor_of(request)
        answer = answered(request, chosen.workflow(row, request.actor))
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        if answer.result is not None:
            message = _("%(operation)s: done to %(row)s.") % {"operation": chosen.label, "row": row}
            self.message_user(request, message, messages.SUCCESS)
            return HttpResponseRedirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{chosen.label}: {row}",
            "opts": self.opts,
            "row": row,
            "page": page,
            "is_refused": answer.refusal is not None,
            **answer.context,
        }
        template = "admin/operations/confirm.html"
        return render(request, template, context, status=answer.status)


def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Send people to the console's sign-in, which counts attempts; those who are in and no staff are refused."""
    if request.user.is_authenticated:
        raise PermissionDenied
    wanted = request.GET.get("next", reverse("admin:index"))
    return HttpResponseRedirect(f"{reverse('console:sign_in')}?next={wanted}")


admin.site.login = sign_in  # type: ignore[method-assign]
admin.site.login = sign_in  # type: ignore[method-assign]
