"""The organization's settings: each section is seen and edited on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.access import OperatorRequest, operator_view
from console.forms import submit
from console.history import history
from console.htmx import done, page_or_fragment
from console.views import once
from organizations import clock, forms, reads
from workflows.edit_organization import edit_organization

SETTINGS = (gettext_lazy("Settings"), "/settings/")


@dataclass(frozen=True)
class Section:
    """A part of the settings that is edited at once."""

    form: type[forms.SettingsForm]
    label: Any
    title: Any
    url: str


SECTIONS = {
    "organization": Section(
        forms.CompanyForm,
        gettext_lazy("Organization"),
        gettext_lazy("Edit the organization"),
        "/settings/",
    ),
    "invoices": Section(
        forms.InvoiceSettingsForm,
        gettext_lazy("Invoices"),
        gettext_lazy("Edit invoice settings"),
        "/settings/invoices/",
    ),
    "numbering": Section(
        forms.NumberingForm,
        gettext_lazy("Numbering"),
        gettext_lazy("Edit numbering"),
        "/settings/numbering/",
    ),
    "emails": Section(
        forms.EmailsForm,
        gettext_lazy("E-mails"),
        gettext_lazy("Choose e-mails"),
        "/settings/emails/",
    ),
}


def _page(request: OperatorRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    template = f"organizations/{name}.html"
    context["organization"] = request.organization
    return page_or_fragment(request, template, context, fragment=template)


@operator_view()
def organization(request: OperatorRequest) -> HttpResponse:
    """Show who sells, and what became of the settings."""
    shown = request.organization
    return _page(request, "settings", {"history": history(shown, [shown.pk])})


@operator_view()
def invoices(request: OperatorRequest) -> HttpResponse:
    """Show when invoices are final and due, and what they say."""
    locale = request.organization.document_locale
    return _page(request, "invoices", {"language": forms.LANGUAGE_NAMES.get(locale, locale)})


@operator_view()
def numbering(request: OperatorRequest) -> HttpResponse:
    """Show how invoices are numbered, and the number of the next."""
    shown = request.organization
    numbers = reads.next_numbers(shown, at=clock.now(shown))
    return _page(request, "numbering", {"next_number": numbers[shown.document_numbering]})


@operator_view()
def emails(request: OperatorRequest) -> HttpResponse:
    """Show which documents are sent, and each e-mail in its words."""
    names = dict(forms.EMAILS)
    previews = reads.mail_previews(request.organization, at=clock.now(request.organization))
    return _page(request, "emails", {"mails": [(names[one.scenario], one) for one in previews]})


@operator_view()
def taxes(request: OperatorRequest) -> HttpResponse:
    """Show which taxes apply where nothing else is chosen."""
    applied, others = reads.taxes_of(request.organization)
    return _page(request, "taxes", {"applied": applied, "others": others})


@operator_view("organization")
@once
def update(request: OperatorRequest, section: str = "organization") -> HttpResponse:
    """Edit a section; drafts of customers who inherit follow."""
    at, part = clock.now(request.organization), SECTIONS[section]
    form = part.form(request.organization, request.POST or None, at=at)
    changed = request.method == "POST" and submit(
        form,
        lambda data: edit_organization(
            request.organization, form.columns(), actor=request.actor, at=at
        ),
    )
    if changed:
        return done(request, _("The settings are saved."), to=part.url)
    context = {
        "form": form,
        "title": part.title,
        "cancel_url": part.url,
        "crumbs": [SETTINGS, (part.label, part.url), (_("Edit"), "")],
        "next_numbers": reads.next_numbers(request.organization, at=at)
        if section == "numbering"
        else None,
    }
    status = 422 if form.errors else 200
    return page_or_fragment(request, "organizations/form.html", context, status=status)
