"""The form of signing in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from console.forms import ConsoleForm


class SignInForm(ConsoleForm):
    """An e-mail address and a password."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        max_length=255,
        widget=forms.EmailInput({"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
