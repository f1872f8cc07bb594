"""What holds for a customer: its own settings, and where it inherits the others from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Tax
from console import formats
from customers.forms import choices
from customers.models import Customer
from organizations import clock
from organizations.forms import EMAILS
from payments.models import CustomerDunning, DunningCampaign

INVOICES = "organizations:invoice_settings"


@dataclass(frozen=True)
class Setting:
    """What holds, whose setting it is, and where it is changed."""

    label: str
    value: str
    field: str = ""
    """The field of the customer's form; empty where a customer cannot differ."""
    is_own: bool = False
    origin: str = ""
    url: str = ""
    inherited: str = ""
    """What would hold without the customer's own setting."""


def settings_of(customer: Customer) -> list[Setting]:
    """Return each setting with its value and its origin; 4 queries."""
    return [*_terms(customer), _taxes(customer), _dunning(customer), *_provider(customer)]


def _terms(customer: Customer) -> list[Setting]:
    house = customer.organization
    term, grace = customer.applicable_net_payment_term, customer.applicable_grace_period
    names = dict(choices.languages(house, customer.applicable_document_locale))
    return [
        _inheriting(_("Time zone"), "timezone", customer.timezone, _zone(customer), "organizations:settings", _zone(customer, house.timezone)),
        _currency(customer),
        _inheriting(_("Net payment term"), "net_payment_term", customer.net_payment_term, _days(term), INVOICES, _days(house.net_payment_term)),
        _inheriting(_("Grace period"), "invoice_grace_period", customer.invoice_grace_period, _days(grace), INVOICES, _days(house.invoice_grace_period)),
        _inheriting(_("Periodic invoices bear"), "", customer.issuing_date_anchor, _anchor(customer), INVOICES, house.get_issuing_date_anchor_display()),
        _inheriting(_("Language of documents"), "document_locale", customer.document_locale, names[customer.applicable_document_locale], INVOICES, names.get(house.document_locale or "en", "")),
        _inheriting(_("Invoices of zero"), "finalize_zero_amount_invoice", _own_zero(customer), _zero(not customer.skips_zero_amount_invoices), INVOICES, _zero(house.finalize_zero_amount_invoice)),
        Setting(_("E-mails"), _mails(customer), origin=house.name, url=reverse("organizations:emails")),
    ]  # fmt: skip


def _inheriting(label: str, field: str, own: Any, value: str, page: str, inherited: str) -> Setting:
    if own is not None and own != "":
        return Setting(label, value, field, True, _("Customer"), inherited=inherited)
    return Setting(label, value, field, False, _("Organization"), reverse(page))


def _days(days: int) -> str:
    return _("%(days)s days") % {"days": days}


def _zone(customer: Customer, name: str = "") -> str:
    zone = formats.zone_of(name) if name else customer.zone
    offset = formats.offset(zone, clock.now(customer.organization))
    return f"{name or customer.applicable_timezone} ({offset})"


def _anchor(customer: Customer) -> str:
    labels = dict(type(customer.organization)._meta.get_field("issuing_date_anchor").flatchoices)
    return str(labels.get(customer.applicable_issuing_date_anchor, ""))


def _own_zero(customer: Customer) -> str | None:
    own = customer.finalize_zero_amount_invoice
    return None if own == "inherit" else own


def _zero(is_final: bool) -> str:
    return _("Finalized") if is_final else _("Skipped")


def _currency(customer: Customer) -> Setting:
    label, field = _("Currency"), "currency"
    if customer.currency:
        return Setting(label, customer.currency, field, True, _("Customer"))
    return Setting(
        label, _("Not set"), field, origin=_("Set by the first plan, coupon, invoice or wallet")
    )


def _mails(customer: Customer) -> str:
    if not customer.email:
        return _("None: the customer has no e-mail address")
    wanted = customer.organization.email_settings
    return "; ".join(str(label) for name, label in EMAILS if name in wanted) or _("None")


def _taxes(customer: Customer) -> Setting:
    rows = Tax.objects.of(customer.organization).kept().filter(applied_to_organization=True)
    house = _named(rows.order_by("name", "pk")) or _("None")
    own = _named(customer.taxes.filter(deleted_at=None).order_by("name", "pk"))
    page = "organizations:tax_settings"
    return _inheriting(_("Taxes"), "tax_codes", own or None, own or house, page, house)


def _named(taxes: Any) -> str:
    return ", ".join(f"{tax.name} {formats.rate(tax.rate)}" for tax in taxes)


def _dunning(customer: Customer) -> Setting:
    tie = CustomerDunning.objects.filter(customer=customer).select_related("campaign").first()
    label, page = _("Dunning"), reverse("payments:campaigns")
    if customer.exclude_from_dunning_campaign:
        return Setting(label, _("Never asked"), "", True, _("Customer"))
    if tie is not None and tie.campaign is not None:
        return Setting(label, tie.campaign.name, "", True, _("Customer"))
    campaigns = DunningCampaign.objects.of(customer.organization).kept()
    usual = campaigns.filter(is_default=True).first()
    return Setting(label, usual.name if usual else _("None"), "", False, _("Organization"), page)


def _provider(customer: Customer) -> list[Setting]:
    tie = getattr(customer, "customer_provider", None)
    label, field = _("Payment provider"), "payment_provider_code"
    if tie is None:
        by_hand, page = _("None: payments are recorded by hand"), reverse("payments:connections")
        return [Setting(label, by_hand, field, origin=_("Connections"), url=page)]
    shown = f"{tie.provider.name} ({tie.provider.get_kind_display()})"
    waits = _("Is created automatically") if tie.sync_with_provider else _("Not set")
    name = tie.provider_customer_id or waits
    return [
        Setting(label, shown, field, True, _("Customer")),
        Setting(_("Customer ID at the provider"), name, "provider_customer_id", True, _("Customer")),
    ]  # fmt: skip
