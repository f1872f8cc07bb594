"""Members of an organization, as operators type them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleForm, EditForm
from organizations.permissions import Role


class MemberForm(ConsoleForm):
    """Somebody who gets a role in the organization."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=255,
        help_text=_("Somebody who is new gets a password, which you see once."),
    )
    name = forms.CharField(label=_("Name"), max_length=255, required=False)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.VIEWER)

    sections = [(_("Member"), _("Who works with you here."), "email name role", 2)]


class RoleForm(EditForm):
    """Another role of a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=forms.RadioSelect)

    order = "role"
