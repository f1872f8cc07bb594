"""What the journal's codes are called: things, what is done to them, and their fields."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

THINGS = {
    "add_on": _("Add-on"),
    "alert": _("Alert"),
    "api_key": _("API key"),
    "applied_coupon": _("Coupon"),
    "billable_metric": _("Billable metric"),
    "coupon": _("Coupon"),
    "credit_note": _("Credit note"),
    "customer": _("Customer"),
    "customer_dunning": _("Dunning"),
    "customer_provider": _("Payment provider"),
    "dunning_campaign": _("Dunning campaign"),
    "event": _("Event"),
    "events": _("Events"),
    "feature": _("Feature"),
    "fee": _("Fee"),
    "integration": _("Integration"),
    "invoice": _("Invoice"),
    "member": _("Member"),
    "organization": _("Organization"),
    "payment": _("Payment"),
    "payment_method": _("Payment method"),
    "payment_provider": _("Payment provider"),
    "payment_receipt": _("Payment receipt"),
    "payment_request": _("Payment request"),
    "plan": _("Plan"),
    "refund": _("Refund"),
    "sandbox_clock": _("Sandbox clock"),
    "signing_key": _("Signing key"),
    "subscription": _("Subscription"),
    "tax": _("Tax"),
    "usage": _("Usage"),
    "wallet": _("Wallet"),
    "wallet_transaction": _("Wallet transaction"),
    "webhook_delivery": _("Webhook"),
    "webhook_endpoint": _("Webhook endpoint"),
}
DEEDS = {
    "added": pgettext_lazy("deed", "added"),
    "begun": pgettext_lazy("deed", "begun"),
    "canceled": pgettext_lazy("deed", "canceled"),
    "chosen": pgettext_lazy("deed", "chosen"),
    "closed": pgettext_lazy("deed", "closed"),
    "created": pgettext_lazy("deed", "created"),
    "created_there": pgettext_lazy("deed", "created there"),
    "deleted": pgettext_lazy("deed", "deleted"),
    "deletion_started": pgettext_lazy("deed", "deletion started"),
    "drafted": pgettext_lazy("deed", "drafted"),
    "dunning_refused": pgettext_lazy("deed", "dunning refused"),
    "email_requested": pgettext_lazy("deed", "e-mail requested"),
    "exceeded_due": pgettext_lazy("deed", "more than was due"),
    "failed": pgettext_lazy("deed", "failed"),
    "finalized": pgettext_lazy("deed", "finalized"),
    "finished": pgettext_lazy("deed", "finished"),
    "forgotten": pgettext_lazy("deed", "forgotten"),
    "imported": pgettext_lazy("deed", "imported"),
    "issued": pgettext_lazy("deed", "issued"),
    "kept": pgettext_lazy("deed", "kept"),
    "display_changed": pgettext_lazy("deed", "display changed"),
    "made_default": pgettext_lazy("deed", "made the default"),
    "moved": pgettext_lazy("deed", "moved"),
    "overdue": pgettext_lazy("deed", "overdue"),
    "overridden": pgettext_lazy("deed", "overridden"),
    "password_changed": pgettext_lazy("deed", "password changed"),
    "payment_dispute_lost": pgettext_lazy("deed", "payment dispute lost"),
    "payment_provider_error": pgettext_lazy("deed", "fault of the payment provider"),
    "payment_provider_removed": pgettext_lazy("deed", "payment provider removed"),
    "payment_provider_set": pgettext_lazy("deed", "payment provider set"),
    "payment_retried": pgettext_lazy("deed", "payment retried"),
    "payment_updated": pgettext_lazy("deed", "payment updated"),
    "recorded": pgettext_lazy("deed", "recorded"),
    "refreshed": pgettext_lazy("deed", "computed anew"),
    "refund_failed": pgettext_lazy("deed", "refund failed"),
    "refund_pending": pgettext_lazy("deed", "refund pending"),
    "refund_succeeded": pgettext_lazy("deed", "refund succeeded"),
    "refused": pgettext_lazy("deed", "refused"),
    "removed": pgettext_lazy("deed", "removed"),
    "renamed": pgettext_lazy("deed", "renamed"),
    "resent": pgettext_lazy("deed", "sent again"),
    "revoked": pgettext_lazy("deed", "revoked"),
    "role_changed": pgettext_lazy("deed", "role changed"),
    "settled": pgettext_lazy("deed", "settled"),
    "started": pgettext_lazy("deed", "started"),
    "terminated": pgettext_lazy("deed", "terminated"),
    "trial_ended": pgettext_lazy("deed", "trial ended"),
    "updated": pgettext_lazy("deed", "updated"),
    "used": pgettext_lazy("deed", "used"),
    "voided": pgettext_lazy("deed", "voided"),
}
FIELDS = {
    "address_line1": _("Address line 1"),
    "address_line2": _("Address line 2"),
    "amount_cents": _("Amount"),
    "amount_currency": _("Currency"),
    "city": _("City"),
    "code": _("Code"),
    "country": _("Country"),
    "credit_status": _("Credit"),
    "currency": _("Currency"),
    "description": _("Description"),
    "document_locale": _("Language of documents"),
    "email": _("E-mail"),
    "expiration_at": _("Expires"),
    "external_id": _("External ID"),
    "firstname": _("First name"),
    "interval": _("Interval"),
    "invoice_display_name": _("Name on invoices"),
    "invoice_footer": _("Footer"),
    "invoice_grace_period": _("Grace period"),
    "language": _("Language"),
    "lastname": _("Last name"),
    "legal_name": _("Legal name"),
    "legal_number": _("Legal number"),
    "metadata": _("Metadata"),
    "name": _("Name"),
    "net_payment_term": _("Net payment term"),
    "payment_status": _("Payment"),
    "phone": _("Phone"),
    "priority": _("Priority"),
    "properties": _("Properties"),
    "rate": _("Rate"),
    "role": _("Role"),
    "state": _("State"),
    "status": _("Status"),
    "tax_codes": _("Taxes"),
    "tax_identification_number": _("Tax identification number"),
    "timezone": _("Time zone"),
    "trial_period": _("Trial in days"),
    "units": _("Units"),
    "url": _("URL"),
    "zipcode": _("Postal code"),
}
SOURCES = {
    "admin": _("support's admin"),
    "api": _("API"),
    "command": _("command line"),
    "worker": _("schedule"),
}
ACTORS = {"Schedule": _("Schedule"), "Command line": _("Command line")}


def thing(kind: str) -> str:
    """Name a thing: ``credit_note`` is "Credit note"."""
    return str(THINGS.get(kind) or _plain(kind).capitalize())


def deed(action: str) -> str:
    """Say what was done: ``plan.deletion_started`` is "deletion started"."""
    verb = action.rpartition(".")[2]
    return str(DEEDS.get(verb) or _plain(verb))


def happened(action: str) -> str:
    """Say what was done to what: ``credit_note.issued`` is "Credit note issued"."""
    words = {"thing": thing(action.partition(".")[0]), "deed": deed(action)}
    return gettext("%(thing)s %(deed)s") % words


def field(name: str) -> str:
    """Name a field: ``net_payment_term`` is "Net payment term"; one without a name of its own is spelt out."""
    return str(FIELDS.get(name) or _plain(name).capitalize())


def source(name: str) -> str:
    """Say through what somebody acted; nothing for the console itself."""
    return "" if name == "console" else str(SOURCES.get(name, name))


def actor(label: str) -> str:
    """Name who acted: people by their own name, machines by what they are."""
    return str(ACTORS.get(label, label))


def beginning(text: str) -> str:
    """Begin a text with a capital letter, and leave the others as they are."""
    return text[:1].upper() + text[1:]


def _plain(code: str) -> str:
    return code.replace("_", " ")
