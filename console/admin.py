"""What every page of the admin has in common: it reads all, and changes by operations only.

Members of the group ``support`` (and superusers) see every row of every organization; nobody adds, edits or deletes
one here. What may be done to a row is an `operation`: the very function that the console calls. The admin's one
translator of refusals stands here too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from activity.actors import Actor
from activity.journal import SECRET_COLUMNS
from billing.errors import DomainError
from organizations import clock
from organizations.permissions import may

GROUP = "support"
Operation = Callable[..., Any]


def may_see(request: HttpRequest) -> bool:
    """Say whether somebody may look at everything: a member of support, or a superuser. One query a request."""
    user: Any = request.user
    if not user.is_active or not user.is_staff:
        return False
    if not hasattr(user, "is_support"):
        user.is_support = user.is_superuser or user.groups.filter(name=GROUP).exists()
    return bool(user.is_support)


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts, for an operation."""
    user = request.user
    return Actor("operator", str(user.pk), str(user), "admin", getattr(request, "id", ""))


def operation(label: str, permission: str) -> Callable[[Operation], Operation]:
    """Make a method ``(self, row, **who_and_when)`` an action of the list, for whom support's role allows.

    It is carried out row by row; what one row refuses is said, and the others go on.
    """

    def decorate(work: Operation) -> Operation:
        @admin.action(description=label)
        def act(self: OperationsAdmin, request: HttpRequest, rows: Iterable[Any]) -> None:
            if not may(GROUP, permission):
                self.message_user(request, _("Your role does not allow this."), messages.ERROR)
                return
            for row in rows:
                self.carry_out(request, work, row)

        act.__name__ = work.__name__
        return act

    return decorate


class _ReadOnly:
    """Nobody adds, edits or deletes; who may see, sees."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_see(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_see(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowsInline(_ReadOnly, admin.TabularInline):
    """Rows that belong to the one that is shown."""

    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read what the rows refer to along with them."""
        own = {field.name for field in self.opts.concrete_fields if field.is_relation}
        shown = [name for name in self.get_fields(request) if name in own]
        return super().get_queryset(request).select_related(*shown)


class OperationsAdmin(_ReadOnly, admin.ModelAdmin):
    """A list that finds anything by any id, and a page with every column but the secret ones.

    `search_fields` are what people know; an id is found whole, too. `find_by_ids` names further columns of ids.
    """

    list_per_page = 50
    show_full_result_count = False
    find_by_ids: tuple[str, ...] = ()

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Newest first, where a row has a moment of creation."""
        if self.ordering:
            return list(self.ordering)
        names = {field.name for field in self.opts.concrete_fields}
        return ["-created_at", "-pk"] if "created_at" in names else ["-pk"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Every column but the secret ones, and the way to the journal."""
        shown = [
            field.name
            for field in self.opts.concrete_fields
            if field.name not in SECRET_COLUMNS and not isinstance(field, models.BinaryField)
        ]
        return [*shown, *(field.name for field in self.opts.many_to_many), "journal"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """All of them."""
        return self.get_fields(request, obj)

    @admin.display(description="Journal")
    def journal(self, row: models.Model) -> str:
        """Link to what was done to the row."""
        address = reverse("admin:activity_journalentry_changelist")
        return format_html('<a href="{}?q={}">{}</a>', address, row.pk, _("What was done to it"))

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find by an id alone when an id is typed, else by the columns."""
        identity = _uuid(search_term.strip())
        if identity is None:
            return super().get_search_results(request, queryset, search_term)
        match = models.Q()
        for name in (*self._own_id(), *self.find_by_ids):
            match |= models.Q(**{name: identity})
        if not match:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(match), False

    def _own_id(self) -> tuple[str, ...]:
        return ("pk",) if isinstance(self.opts.pk, models.UUIDField) else ()

    def carry_out(self, request: HttpRequest, work: Operation, row: Any) -> None:
        """Do something to a row and say so, or say why it was refused."""
        at = clock.now(row if not hasattr(row, "organization") else row.organization)
        try:
            said = work(self, row, actor=actor_of(request), at=at)
        except DomainError as error:
            self.message_user(request, f"{row}: {error.message}", messages.ERROR)
            return
        self.message_user(request, said or _("Done: %s") % row, messages.SUCCESS)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
