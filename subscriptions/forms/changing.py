"""The forms by which a subscription is changed and ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from catalog.models import Plan
from console.forms import Combobox, ConsoleForm, EditForm, Moment, Tiles
from subscriptions.forms.starting import plan_choices
from subscriptions.lifecycle import Status
from subscriptions.models import Subscription, TerminationCreditNote, TerminationInvoice

PLAIN = ("name", "ending_at", "purchase_order_number", "on_termination_invoice")


class SubscriptionForm(EditForm):
    """Change what a subscription is called, when it ends, and what happens then."""

    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=255)
    subscription_at = Moment(
        label=gettext_lazy("Start"),
        help_text=gettext_lazy("Today or a past day starts it at once."),
    )
    ending_at = Moment(
        label=gettext_lazy("End"),
        required=False,
        help_text=gettext_lazy("Empty: it runs until it is ended."),
    )
    purchase_order_number = forms.CharField(
        label=gettext_lazy("Order number"), required=False, max_length=255
    )
    on_termination_credit_note = forms.ChoiceField(
        label=gettext_lazy("Time that was paid ahead and is not used"),
        choices=TerminationCreditNote.choices,
        required=False,
    )
    on_termination_invoice = forms.ChoiceField(
        label=gettext_lazy("Invoice at the end"), choices=TerminationInvoice.choices
    )

    def __init__(self, *args: Any, subscription: Subscription, **options: Any) -> None:
        options.setdefault("initial", self._initial(subscription))
        super().__init__(*args, **options)
        if subscription.status != Status.PENDING:
            del self.fields["subscription_at"]
        if not subscription.plan.pay_in_advance:
            del self.fields["on_termination_credit_note"]
        for name in ("subscription_at", "ending_at"):
            if name in self.fields:
                self.fields[name].zone = subscription.customer.applicable_timezone  # type: ignore[attr-defined]

    @staticmethod
    def _initial(subscription: Subscription) -> dict[str, Any]:
        found = {name: getattr(subscription, name) for name in (*PLAIN, "subscription_at")}
        behaviour = subscription.on_termination_credit_note or TerminationCreditNote.CREDIT
        return found | {"on_termination_credit_note": behaviour}

    def given(self) -> dict[str, Any]:
        """Return the valid form as the workflow takes it: what was changed, cleared as null."""
        return {
            name: self.cleaned_data[name] or None for name in self.changed_data if name != "seen"
        }


class ChangePlanForm(ConsoleForm):
    """Choose another plan for a running subscription."""

    new_plan = forms.ChoiceField(
        label=gettext_lazy("New plan"),
        widget=Combobox({"data-placeholder": gettext_lazy("Search plans")}),
        help_text=gettext_lazy(
            "A dearer plan replaces the present one at once, a cheaper one when the period is over."
        ),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Empty: it keeps its name."),
    )

    def __init__(self, *args: Any, plans: list[Plan], **options: Any) -> None:
        super().__init__(*args, **options)
        self.plans = {str(plan.pk): plan for plan in plans}
        self.fields["new_plan"].choices = [("", ""), *plan_choices(plans)]  # type: ignore[attr-defined]

    def clean_new_plan(self) -> Plan:
        return self.plans[self.cleaned_data["new_plan"]]


class EndForm(ConsoleForm):
    """How a subscription ends; a changed choice shows anew what it will do."""

    on_termination_invoice = forms.ChoiceField(
        label=gettext_lazy("Invoice for what was used"),
        choices=TerminationInvoice.choices,
        widget=Tiles,
        required=False,
    )
    on_termination_credit_note = forms.ChoiceField(
        label=gettext_lazy("Time that was paid ahead and is not used"),
        choices=TerminationCreditNote.choices,
        required=False,
    )

    def __init__(self, *args: Any, subscription: Subscription, **options: Any) -> None:
        options["initial"] = {
            "on_termination_invoice": subscription.on_termination_invoice,
            "on_termination_credit_note": subscription.on_termination_credit_note or "credit",
        }
        super().__init__(*args, **options)
        if not subscription.plan.pay_in_advance:
            del self.fields["on_termination_credit_note"]
        if not subscription.is_active:
            self.fields.clear()

    def options(self) -> dict[str, str | None]:
        """Return the choices, those that were not sent as they stand."""
        sent = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: sent.get(name) or self.initial[name] for name in self.fields}
