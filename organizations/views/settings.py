"""The organization's settings: see, edit."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock
from organizations.forms import EMAILS, LANGUAGE_NAMES, OrganizationForm, initial_of
from workflows.edit_organization import edit_organization

SETTINGS = (gettext_lazy("Settings"), "/settings/")


@operator_view()
def organization(request: OperatorRequest) -> HttpResponse:
    """Show the settings."""
    shown = request.organization
    mails = dict(EMAILS)
    context = {
        "organization": shown,
        "language": LANGUAGE_NAMES.get(shown.document_locale, shown.document_locale),
        "emails": [mails.get(name, name) for name in shown.email_settings],
        "history": history(shown, [shown.pk]),
    }
    return page_or_fragment(
        request, "organizations/settings.html", context, fragment="organizations/settings.html"
    )


@operator_view("organization")
@once
def update(request: OperatorRequest) -> HttpResponse:
    """Edit the settings; drafts of customers who inherit follow."""
    at = clock.now(request.organization)
    form = OrganizationForm(request.POST or None, initial=initial_of(request.organization), at=at)
    changed = request.method == "POST" and submit(
        form,
        lambda data: edit_organization(
            request.organization, form.columns(), actor=request.actor, at=at
        ),
    )
    if changed:
        return done(request, _("The settings are saved."), to="/settings/")
    context = {
        "form": form,
        "crumbs": [SETTINGS, (_("Organization"), "/settings/"), (_("Edit"), "")],
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "organizations/form.html", context, status=status)
