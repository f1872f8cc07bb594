"""What an operator sets for themselves: name, language, password, theme, organization looked at."""

from __future__ import annotations

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

from console.access import ORGANIZATION, OperatorRequest, operator_view
from console.forms import ConsoleForm
from console.htmx import came_from, done, page_or_fragment
from console.languages import asked_for
from console.navigation import THEMES
from organizations import clock
from workflows.change_language import change_language
from workflows.change_password import change_password
from workflows.change_profile import change_profile


class ProfileForm(ConsoleForm):
    """How an operator is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, required=False)


class LanguageForm(ConsoleForm):
    """What the console speaks with an operator."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=lambda: [("", gettext_lazy("As the browser asks for")), *settings.LANGUAGES],
        required=False,
        help_text=gettext_lazy("Of this console. Documents have the language of the customer."),
    )


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
def language(request: OperatorRequest) -> HttpResponse:
    """Keep what the console shall speak with an operator, and answer in it."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        return _page(request, language=form)
    operator = change_language(request.membership, **form.cleaned_data, **_by(request))
    with translation.override(operator.language or asked_for(request)):
        return done(request, _("The language is saved."), to="/account/")


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


def _page(request: OperatorRequest, **filled: ConsoleForm) -> HttpResponse:
    """Show the page with fresh forms but for the one that was `filled` in."""
    context = {
        "profile": ProfileForm(initial={"name": request.user.name}),
        "language": LanguageForm(initial={"language": request.user.language}),
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
    response = redirect(came_from(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        response.set_cookie(
            "theme", chosen, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    else:
        response.delete_cookie("theme")
    return response
