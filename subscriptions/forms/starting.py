"""The form by which a plan is assigned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Plan
from console import formats
from console.forms import Combobox, ConsoleForm, Moment, Tiles
from customers.models import Customer
from organizations.models import Organization
from persistence.ids import new_id
from subscriptions.models import BillingTime, Subscription
from subscriptions.new import NewSubscription
from subscriptions.reads.tables import INTERVALS


def plans_of(organization: Organization) -> list[Plan]:
    """Return the plans that may be chosen, by name; 1 query."""
    return list(Plan.objects.of(organization).offered().order_by("name", "pk"))


def plan_choices(plans: list[Plan]) -> list[tuple[str, str]]:
    """Return plans with their prices as choices."""
    return [
        (
            str(plan.pk),
            f"{plan.name} · {formats.money(plan.amount_cents, plan.amount_currency)}"
            f" / {INTERVALS[plan.interval]} ({plan.code})",
        )
        for plan in plans
    ]


class NewSubscriptionForm(ConsoleForm):
    """Assign a plan to `customer`: from `plans`, in the customer's zone."""

    new_plan = forms.ChoiceField(
        label=gettext_lazy("Plan"),
        widget=Combobox({"data-placeholder": gettext_lazy("Search plans")}),
    )
    external_id = forms.CharField(
        label=gettext_lazy("External ID"),
        required=False,
        max_length=255,
        help_text=gettext_lazy(
            "The subscription's ID in your backend, which sends its usage. Empty: one is made."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Stands on invoices instead of the plan's name."),
    )
    billing_time = forms.ChoiceField(
        label=gettext_lazy("Billing time"), choices=[], widget=Tiles, initial=BillingTime.CALENDAR
    )
    subscription_at = Moment(label=gettext_lazy("Start"), required=False)
    ending_at = Moment(
        label=gettext_lazy("End"),
        required=False,
        help_text=gettext_lazy("Empty: it runs until it is ended."),
    )
    purchase_order_number = forms.CharField(
        label=gettext_lazy("Order number"), required=False, max_length=255
    )

    sections = [
        (gettext_lazy("Plan"), gettext_lazy("What is sold."), "new_plan+ external_id name", 2),
        (
            gettext_lazy("Time"),
            gettext_lazy("When it runs, and when its periods begin."),
            "billing_time+ subscription_at ending_at",
            2,
        ),
        (gettext_lazy("Invoices"), "", "purchase_order_number", 2),
    ]

    def __init__(self, *args: Any, customer: Customer, plans: list[Plan], **options: Any) -> None:
        super().__init__(*args, **options)
        self.customer, self.plans = customer, {str(plan.pk): plan for plan in plans}
        self.fields["new_plan"].choices = [("", ""), *plan_choices(plans)]  # type: ignore[attr-defined]
        self.fields["billing_time"].choices = [  # type: ignore[attr-defined]
            (BillingTime.CALENDAR, _("Beginning of the month, quarter or year")),
            (BillingTime.ANNIVERSARY, _("Day on which it starts")),
        ]
        zone = customer.applicable_timezone
        for name in ("subscription_at", "ending_at"):
            self.fields[name].zone = zone  # type: ignore[attr-defined]
        words = _("In the customer's zone, %(zone)s. Empty: now. A past one bills no past period.")
        self.fields["subscription_at"].help_text = words % {"zone": zone}

    def clean_external_id(self) -> str:
        given: str = self.cleaned_data["external_id"].strip()
        rows = Subscription.objects.filter(customer=self.customer, external_id=given).open()
        if given and rows.exists():
            raise forms.ValidationError(
                _("A subscription of this customer has this ID. Change its plan instead.")
            )
        return given

    def clean_new_plan(self) -> Plan:
        return self.plans[self.cleaned_data["new_plan"]]

    def clean(self) -> dict[str, Any]:
        """Make an ID where none was typed, and show it: it is part of what is confirmed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("external_id") == "":
            cleaned["external_id"] = str(new_id())
            self.data = self.data.copy()
            self.data["external_id"] = cleaned["external_id"]
        return cleaned

    def asked(self, override: Callable[[Plan], Plan] | None = None) -> NewSubscription:
        """Return the valid form as the workflow takes it; `override` makes the plan's own terms."""
        data = self.cleaned_data
        return NewSubscription(
            external_id=data["external_id"],
            plan=data["new_plan"],
            name=data["name"] or None,
            billing_time=data["billing_time"],
            subscription_at=data["subscription_at"],
            ending_at=data["ending_at"],
            purchase_order_number=data["purchase_order_number"] or None,
            override=override,
        )
