"""Customers for support staff: read all, correct what is not locked, delete as planned."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from activity.actors import Actor
from billing.currencies import CURRENCIES
from console.admin import actor_of
from console.planned_admin import PlannedAdmin, PlannedOperation, may_do
from customers.models import Customer
from customers.operations.writing import ADDRESS
from customers.reads.locks import locked_fields
from organizations import clock
from workflows.delete_customer import delete_customer
from workflows.edit_customer import edit_customer
from workflows.preview import Workflow

EDITABLE = (
    "external_id", "currency", "account_type", "name", "firstname", "lastname", "legal_name",
    "legal_number", "tax_identification_number", "email", "phone", "url", *ADDRESS,
)  # fmt: skip


def deletion(row: Customer, actor: Actor) -> Workflow[Customer]:
    """Return the deletion of a customer, waiting for its moment."""
    return partial(delete_customer, row, actor=actor)


class CustomerAdminForm(forms.ModelForm):
    """Parses; what is locked is shown with its reason, and a forged change of it is refused."""

    class Meta:
        model = Customer
        fields = EDITABLE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.locked = locked_fields(self.instance) if self.instance.pk else {}
        for name, reason in self.locked.items():
            if name in self.fields:
                self.fields[name].disabled = True
                self.fields[name].help_text = reason
        if "currency" in self.fields:
            choices = [("", "—"), *((code, code) for code in sorted(CURRENCIES))]
            disabled, help_text = (
                self.fields["currency"].disabled,
                self.fields["currency"].help_text,
            )
            self.fields["currency"] = forms.ChoiceField(
                choices=choices, required=False, disabled=disabled, help_text=help_text
            )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        for name in self.locked:
            sent = self.data.get(name)
            if sent is not None and sent != str(getattr(self.instance, name) or ""):
                self.add_error(name, _("This cannot be changed any more."))
        return cleaned


@admin.register(Customer)
class CustomerAdmin(PlannedAdmin):
    """Found by any id and name; changed through the same workflows as in the console."""

    form = CustomerAdminForm
    list_display = ("shown_name", "external_id", "email", "currency", "organization", "deleted_at")
    list_select_related = ("organization",)
    list_filter = ("organization", "currency", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = (
        "external_id", "name", "firstname", "lastname", "legal_name", "email", "slug",
        "subscriptions__external_id", "invoices__number",
    )  # fmt: skip
    operations = (
        PlannedOperation(
            "delete", _("Delete customer"), "deletion", deletion, lambda row: not row.is_deleted
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and not obj.is_deleted and may_do(request, "customers")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        others = [one for one in super().get_fields(request, obj) if one not in EDITABLE]
        return [*EDITABLE, *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [one for one in super().get_fields(request, obj) if one not in EDITABLE]

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if values:
            at = clock.now(obj.organization)
            edit_customer(obj, values, actor=actor_of(request), at=at)
