"""What an operator sets for themselves: name, display, password, organization looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from console import formats
from console.access import ORGANIZATION, OperatorRequest, operator_view
from console.forms import Combobox, ConsoleForm
from console.htmx import came_from, done, page_or_fragment
from console.languages import asked_for
from console.navigation import THEMES
from organizations import clock
from workflows.change_display import change_display
from workflows.change_password import change_password
from workflows.change_profile import change_profile


class ProfileForm(ConsoleForm):
    """How an operator is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)


class DisplayForm(ConsoleForm):
    """How the console shows itself to an operator; the theme stays in the browser."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=lambda: [("", gettext_lazy("As the browser asks for")), *settings.LANGUAGES],
        required=False,
        help_text=gettext_lazy("Of this console. Documents have the language of the customer."),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Light or dark"),
        choices=[
            ("", gettext_lazy("As the system is")),
            ("light", gettext_lazy("Light")),
            ("dark", gettext_lazy("Dark")),
        ],
        required=False,
        help_text=gettext_lazy("In this browser."),
    )
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        required=False,
        widget=Combobox,
        help_text=gettext_lazy(
            "In which you read moments. Billing days stay those of the customer, and point at a moment to read it"
            " in the other zones."
        ),
    )
    sections = [(gettext_lazy("Display"), "", "language theme timezone+", 2)]

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        own = ("", _("That of the customer or the organization"))
        self.fields["timezone"].choices = [own, *formats.zone_choices(at)]  # type: ignore[attr-defined]


class PasswordForm(ConsoleForm):
    """A new password, with the present one as proof; whose it is tells the browser where to keep it."""

    sections = [(gettext_lazy("Password"), "", "email+ present new", 2)]

    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        disabled=True,
        widget=forms.EmailInput({"autocomplete": "username"}),
    )
    present = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        help_text=gettext_lazy("At least 8 characters, not one of the common ones."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, operator: Any, **options: Any) -> None:
        super().__init__(*args, initial={"email": operator.email}, **options)
        self.operator = operator

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.operator.check_password(present):
            raise forms.ValidationError(_("This is not your present password."))
        return present

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.operator)
        return new


@operator_view()
def account(request: OperatorRequest) -> HttpResponse:
    """Show and change an operator's own name."""
    form = ProfileForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        change_profile(request.membership, **form.cleaned_data, **_by(request))
        return done(request, _("Your name is saved."), to="/account/")
    return _page(request, profile=form)


@operator_view()
@require_POST
def display(request: OperatorRequest) -> HttpResponse:
    """Keep how the console shall show itself to an operator, and answer like that."""
    form = DisplayForm(request.POST, at=clock.now(request.organization))
    if not form.is_valid():
        return _page(request, display=form)
    chosen = dict(form.cleaned_data)
    theme = chosen.pop("theme")
    operator = change_display(request.membership, **chosen, **_by(request))
    with translation.override(operator.language or asked_for(request)):
        return _themed(request, done(request, _("The display is saved."), to="/account/"), theme)


@operator_view()
@require_POST
def password(request: OperatorRequest) -> HttpResponse:
    """Change an operator's password; this session goes on, others end."""
    form = PasswordForm(request.POST, operator=request.user)
    if form.is_valid():
        new = form.cleaned_data["new"]
        operator = change_password(request.membership, password=new, **_by(request))
        update_session_auth_hash(request, operator)
        return done(request, _("Your password is changed."), to="/account/")
    return _page(request, secret=form)


def _by(request: OperatorRequest) -> dict[str, Any]:
    """Return who acts and when, for a workflow."""
    return {"actor": request.actor, "at": clock.now(request.organization)}


def _display(request: OperatorRequest) -> DisplayForm:
    user = request.user
    initial = {"language": user.language, "timezone": user.timezone}
    initial["theme"] = request.COOKIES.get("theme", "")
    return DisplayForm(initial=initial, at=clock.now(request.organization))


def _page(request: OperatorRequest, **filled: ConsoleForm) -> HttpResponse:
    """Show the page with fresh forms but for the one that was `filled` in."""
    context = {
        "profile": ProfileForm(initial={"name": request.user.name}),
        "display": _display(request),
        "secret": PasswordForm(operator=request.user),
        **filled,
    }
    status = 422 if request.method == "POST" else 200
    return page_or_fragment(
        request, "console/account.html", context, fragment="console/account.html", status=status
    )


@operator_view()
@require_POST
def switch(request: OperatorRequest) -> HttpResponse:
    """Look at another organization of the operator's."""
    wanted = request.POST.get("organization", "")
    if not any(str(one.pk) == wanted for one in request.organizations):
        raise Http404
    request.session[ORGANIZATION] = wanted
    return redirect("/")


@require_POST
def theme(request: OperatorRequest) -> HttpResponse:
    """Remember light or dark in a cookie."""
    return _themed(request, redirect(came_from(request)), request.POST.get("theme", ""))


def _themed(request: OperatorRequest, response: HttpResponse, chosen: str) -> HttpResponse:
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response
