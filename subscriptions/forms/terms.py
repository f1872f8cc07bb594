"""The form by which one customer is given other terms than those of the plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.forms.common import plain, read_cents
from console import formats
from console.forms import Amount, ConsoleForm, dress
from subscriptions.reads.terms import PlanTerms, Priced


class TermsForm(ConsoleForm):
    """What differs from a plan for one subscription; what is left empty is as in the plan.

    Amounts are in the plan's currency. Each charge whose units all cost the same has a field, called by its id.
    """

    invoice_display_name = forms.CharField(
        label=gettext_lazy("Name on invoices"), required=False, max_length=255
    )
    amount = Amount(label=gettext_lazy("Price of a period"), required=False, max_digits=15)
    trial_period = forms.DecimalField(
        label=gettext_lazy("Trial in days"),
        required=False,
        min_value=0,
        max_digits=8,
        decimal_places=4,
    )
    commitment = Amount(
        label=gettext_lazy("Minimum commitment of a period"), required=False, max_digits=15
    )

    def __init__(self, *args: Any, terms: PlanTerms, **options: Any) -> None:
        super().__init__(*args, prefix="terms", **options)
        self.terms, self.currency = terms, terms.plan.amount_currency
        for name, words in self._in_the_plan().items():
            self.fields[name].help_text = _("In the plan: %(value)s.") % {"value": words}
        self.priced = [one for one in (*terms.charges, *terms.fixed_charges) if one.is_standard]
        for one in self.priced:
            self.fields[str(one.charge.pk)] = self._price_field(one)

    def _in_the_plan(self) -> dict[str, str]:
        plan, commitment = self.terms.plan, self.terms.commitment
        trial, least = plan.trial_period, commitment.amount_cents if commitment else None
        return {
            "invoice_display_name": plan.shown_name,
            "amount": formats.money(plan.amount_cents, self.currency),
            "trial_period": formats.units(trial) if trial else _("none"),
            "commitment": _("none") if least is None else formats.money(least, self.currency),
        }

    def _price_field(self, one: Priced) -> Amount:
        words = _("In the plan: %(value)s.") % {"value": one.price}
        if one.has_filters:
            words = f"{words} " + _("The prices of its filters stay.")
        label = _("%(charge)s, price of a unit") % {"charge": one.name}
        field = Amount(label=label, required=False, max_digits=30, help_text=words)
        dress(field)
        return field

    @property
    def others(self) -> list[Priced]:
        """The charges whose price is more than one number; they stay as in the plan."""
        return [
            one for one in (*self.terms.charges, *self.terms.fixed_charges) if not one.is_standard
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("amount", "commitment"):
            cleaned[f"{name}_cents"] = read_cents(self, name, self.currency)
        return cleaned

    def overrides(self) -> dict[str, Any]:
        """Return what was typed as `override_plan` takes it; empty when nothing was."""
        typed = self.cleaned_data
        found: dict[str, Any] = {
            "invoice_display_name": typed["invoice_display_name"] or None,
            "amount_cents": typed["amount_cents"],
            "trial_period": typed["trial_period"],
            "charges": self._prices(self.terms.charges),
            "fixed_charges": self._prices(self.terms.fixed_charges),
        }
        found = {name: value for name, value in found.items() if value not in (None, [])}
        least = typed["commitment_cents"]
        if least or (least == 0 and self.terms.commitment):
            found["minimum_commitment"] = {"amount_cents": least} if least else None
        return found

    def _prices(self, charges: list[Priced]) -> list[dict[str, Any]]:
        """Return the charges with a typed price; what else their properties hold stays."""
        return [
            {
                "id": str(one.charge.pk),
                "properties": {**one.charge.properties, "amount": plain(amount)},
            }
            for one in charges
            if (amount := self.cleaned_data.get(str(one.charge.pk))) is not None
        ]
