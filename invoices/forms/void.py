"""How an invoice is voided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.credits import Caps
from billing.money import Money
from console import formats
from console.forms import Amount, ConsoleForm, Tiles, cents
from workflows.void_invoice import VoidNote

RETURN, NOTE = "return", "note"


class VoidForm(ConsoleForm):
    """Either all that the invoice used is given back, or a credit note is left."""

    how = forms.ChoiceField(label=_("How"), widget=Tiles)
    credit = Amount(label=_("Credit for later invoices"), required=False)
    refund = Amount(label=_("Refund"), required=False)

    when = {"credit": f"how={NOTE}", "refund": f"how={NOTE}"}

    def __init__(
        self, *args: Any, currency: str, caps: Caps, may_return: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.currency = currency
        ways = [(NOTE, _("Leave a credit note"))]
        if may_return:
            ways.insert(0, (RETURN, _("Give back all that it used")))
        self.fields["how"].choices = ways  # type: ignore[attr-defined]
        self.fields["how"].initial = ways[0][0]
        most = _("At most %(amount)s.")
        for name, limit in (("credit", caps.creditable_cents), ("refund", caps.refundable_cents)):
            self.fields[name].help_text = most % {"amount": formats.money(limit, currency)}
        self.fields["credit"].initial = Money(caps.creditable_cents, currency).amount

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("credit", "refund"):
            if cleaned.get(name) is not None:
                try:
                    cents(cleaned[name], self.currency)
                except forms.ValidationError as error:
                    self.add_error(name, error)
        return cleaned

    def note(self) -> VoidNote | None:
        """Return the credit note to leave; None when all is given back."""
        if self.cleaned_data["how"] == RETURN:
            return None
        amounts = [self.cleaned_data.get(name) or 0 for name in ("credit", "refund")]
        credit, refund = (cents(amount, self.currency) if amount else 0 for amount in amounts)
        return VoidNote(credit_cents=credit, refund_cents=refund)
