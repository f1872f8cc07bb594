"""The catalogs of all organizations, to read."""

from django.contrib import admin

from catalog.models import AddOn, BillableMetric, Charge, ChargeFilter, FixedCharge, Plan, Tax
from console.admin import OperationsAdmin, RowsInline

NAMED = ("name", "code", "organization__name")


class Charges(RowsInline):
    """The charges of a plan."""

    model = Charge
    fields = (
        "code",
        "billable_metric",
        "charge_model",
        "properties",
        "pay_in_advance",
        "deleted_at",
    )
    readonly_fields = fields
    ordering = ("created_at", "pk")


class FixedCharges(RowsInline):
    """The fixed charges of a plan."""

    model = FixedCharge
    fields = ("code", "add_on", "charge_model", "properties", "units", "deleted_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")


class Filters(RowsInline):
    """The filters of a charge."""

    model = ChargeFilter
    fields = ("values", "properties", "invoice_display_name", "deleted_at")
    readonly_fields = fields
    ordering = ("created_at", "pk")
    show_change_link = False


@admin.register(Plan)
class PlanAdmin(OperationsAdmin):
    """Plans, overrides and deleted ones too."""

    list_display = ("name", "code", "interval", "amount_cents", "amount_currency", "parent", "deleted_at", "organization")  # fmt: skip
    list_filter = ("interval", "pay_in_advance")
    list_select_related = ("organization", "parent")
    search_fields = NAMED
    find_by_ids = ("parent_id", "organization_id")
    inlines = (Charges, FixedCharges)


@admin.register(Charge)
class ChargeAdmin(OperationsAdmin):
    """Charges with their prices."""

    list_display = ("code", "plan", "billable_metric", "charge_model", "pay_in_advance", "deleted_at", "organization")  # fmt: skip
    list_filter = ("charge_model", "pay_in_advance")
    list_select_related = ("plan", "billable_metric", "organization")
    search_fields = ("code", "plan__code", "billable_metric__code")
    find_by_ids = ("plan_id", "billable_metric_id", "organization_id")
    inlines = (Filters,)


@admin.register(FixedCharge)
class FixedChargeAdmin(OperationsAdmin):
    """Fixed charges with their units."""

    list_display = ("code", "plan", "add_on", "units", "charge_model", "deleted_at", "organization")
    list_select_related = ("plan", "add_on", "organization")
    search_fields = ("code", "plan__code", "add_on__code")
    find_by_ids = ("plan_id", "add_on_id", "organization_id")


@admin.register(BillableMetric)
class BillableMetricAdmin(OperationsAdmin):
    """Metrics, deleted ones too."""

    list_display = ("name", "code", "aggregation_type", "field_name", "recurring", "deleted_at", "organization")  # fmt: skip
    list_filter = ("aggregation_type", "recurring")
    list_select_related = ("organization",)
    search_fields = NAMED
    find_by_ids = ("organization_id",)


@admin.register(AddOn)
class AddOnAdmin(OperationsAdmin):
    """Add-ons, deleted ones too."""

    list_display = ("name", "code", "amount_cents", "amount_currency", "deleted_at", "organization")
    list_select_related = ("organization",)
    search_fields = NAMED
    find_by_ids = ("organization_id",)


@admin.register(Tax)
class TaxAdmin(OperationsAdmin):
    """Taxes, deleted ones too."""

    list_display = ("name", "code", "rate", "applied_to_organization", "deleted_at", "organization")
    list_filter = ("applied_to_organization",)
    list_select_related = ("organization",)
    search_fields = NAMED
    find_by_ids = ("organization_id",)
