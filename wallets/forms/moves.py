"""What operators type to move credits."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleForm
from wallets.operations import Note
from workflows.move_credits import Moves

ZERO = Decimal(0)


class Credits(forms.DecimalField):
    """A number of credits, at most 5 decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "min_value": ZERO,
                "max_digits": 20,
                "decimal_places": 5,
                "required": False,
                **options,
            }
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "step": "any"}


class TopUpForm(ConsoleForm):
    """Credits to buy and to grant."""

    paid_credits = Credits(
        label=_("Credits to buy"), help_text=_("They arrive when their invoice is paid.")
    )
    granted_credits = Credits(
        label=_("Credits to grant"), help_text=_("Given for nothing, at once.")
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=255, help_text=_("Stands on the invoice.")
    )
    priority = forms.IntegerField(
        label=_("Priority"), initial=50, min_value=1, max_value=50, help_text=_("1 is used first.")
    )
    requires_payment = forms.BooleanField(
        label=_("Issue the invoice only when it is paid"), required=False
    )
    ignores_limits = forms.BooleanField(
        label=_("Ignore the wallet's limits for top-ups"), required=False
    )

    layout = "paid_credits granted_credits name priority requires_payment+ ignores_limits+"

    def __init__(self, *args: Any, has_limits: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not has_limits:
            del self.fields["ignores_limits"]
            self.layout = self.layout.removesuffix(" ignores_limits+")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("paid_credits") or cleaned.get("granted_credits")):
            self.add_error("paid_credits", _("Write how many credits to buy or to grant."))
        return cleaned

    def moves(self) -> Moves:
        """Return what the domain takes."""
        cleaned = self.cleaned_data
        return Moves(
            paid=cleaned.get("paid_credits") or ZERO,
            granted=cleaned.get("granted_credits") or ZERO,
            note=Note(name=cleaned.get("name") or None, priority=cleaned["priority"]),
            requires_payment=cleaned.get("requires_payment", False),
            ignores_limits=cleaned.get("ignores_limits", False),
        )


class VoidForm(ConsoleForm):
    """Credits to take away."""

    voided_credits = Credits(label=_("Credits to void"), required=True)
    name = forms.CharField(label=_("Name"), required=False, max_length=255)

    layout = "voided_credits name"

    def moves(self) -> Moves:
        """Return what the domain takes."""
        cleaned = self.cleaned_data
        return Moves(voided=cleaned["voided_credits"], note=Note(name=cleaned.get("name") or None))


RULE_CREDITS = ("rule_target_ongoing_balance", "rule_paid_credits", "rule_granted_credits")


def missing_of_rule(cleaned: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the field that says what a recurring top-up brings, and the words that ask for it; None if one does."""
    target, paid, granted = (cleaned.get(name) for name in RULE_CREDITS)
    if not cleaned.get("rule_trigger"):
        return None
    if cleaned.get("rule_method") == "target":
        return None if target else (RULE_CREDITS[0], _("Write the balance to reach."))
    if paid or granted:
        return None
    return RULE_CREDITS[1], _("Write how many credits to buy or to grant.")
