"""Why a customer's external ID, currency and account type cannot change, with links to what locks them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Customer
from workflows.customer_locks import CustomerLocks, locks_of


def locked_fields(customer: Customer) -> dict[str, str]:
    """Return the reason for each locked field of the form; empty while nothing is assigned (4 queries).

    A customer without a currency may still be given one.
    """
    locks = locks_of(customer)
    if not locks.is_locked:
        return {}
    reason = reason_of(customer, locks)
    names = ["external_id", "account_type", *(["currency"] if customer.currency else [])]
    return dict.fromkeys(names, reason)


def reason_of(customer: Customer, locks: CustomerLocks) -> SafeString:
    """Return "Locked by 2 subscriptions, 5 invoices, 1 wallet.", each a link."""
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', [(url, words) for url, words in _parts(customer, locks)]
    )
    return format_html("{} {}.", _("Locked by"), links)


def _parts(customer: Customer, locks: CustomerLocks) -> list[tuple[str, str]]:
    counted = [
        ("overview", locks.subscriptions, ngettext("%d subscription", "%d subscriptions", locks.subscriptions)),
        ("invoices", locks.invoices, ngettext("%d invoice", "%d invoices", locks.invoices)),
        ("coupons", locks.applied_coupons, ngettext("%d coupon", "%d coupons", locks.applied_coupons)),
        ("wallets", locks.wallets, ngettext("%d wallet", "%d wallets", locks.wallets)),
    ]  # fmt: skip
    return [
        (reverse(f"customers:{tab}", args=[customer.pk]), words % count)
        for tab, count, words in counted
        if count
    ]
