"""What is asked before a customer is deleted."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from console.forms import ConsoleForm


class DeletionForm(ConsoleForm):
    """An optional reason; it stands in the journal."""

    order = "reason"
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("For the journal; the customer does not see it."),
    )
