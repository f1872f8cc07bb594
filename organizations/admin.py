"""Organizations, operators and memberships, to read. Keys and passwords are never shown."""

from django.contrib import admin

from console.admin import OperationsAdmin, RowsInline
from organizations.models import (
    ApiKey,
    LoggedRequest,
    Membership,
    Operator,
    Organization,
    SavedView,
)


class Members(RowsInline):
    """The members of an organization."""

    model = Membership
    fields = ("operator", "role", "created_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    show_change_link = False


@admin.register(Organization)
class OrganizationAdmin(OperationsAdmin):
    """Every tenant."""

    list_display = (
        "name",
        "is_sandbox",
        "sandbox_now",
        "timezone",
        "default_currency",
        "created_at",
    )
    list_filter = ("is_sandbox",)
    search_fields = ("name", "legal_name", "document_number_prefix", "email")
    inlines = (Members,)


@admin.register(Operator)
class OperatorAdmin(OperationsAdmin):
    """Everybody who may sign in."""

    list_display = (
        "email",
        "name",
        "language",
        "timezone",
        "is_active",
        "is_staff",
        "last_login",
        "created_at",
    )
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "name")


@admin.register(ApiKey)
class ApiKeyAdmin(OperationsAdmin):
    """Keys by their name and last four characters."""

    list_display = ("name", "last_four", "organization", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("organization",)
    search_fields = ("name", "last_four", "organization__name")
    find_by_ids = ("organization_id",)


@admin.register(SavedView)
class SavedViewAdmin(OperationsAdmin):
    """What operators have named of their lists."""

    list_display = ("name", "listing", "operator", "is_shared", "organization", "updated_at")
    list_filter = ("is_shared", "listing")
    list_select_related = ("operator", "organization")
    search_fields = ("name", "listing", "operator__email")
    find_by_ids = ("organization_id", "operator_id")


@admin.register(LoggedRequest)
class LoggedRequestAdmin(OperationsAdmin):
    """What was asked of the API in the last days."""

    list_display = ("method", "path", "status", "duration_ms", "api_key", "organization", "at")
    list_filter = ("method", "status")
    list_select_related = ("api_key", "organization")
    search_fields = ("request_id", "path")
    find_by_ids = ("organization_id", "api_key_id")
