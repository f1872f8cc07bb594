"""What the codes of refusals mean, in words an operator can act on."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.errors import Sentence

WORDS = {
    "value_is_mandatory": _("This is required."),
    "value_already_exist": _("Another one already has this value. Choose a different one."),
    "value_is_invalid": _("This value is not valid."),
    "value_is_reserved": _("This value is reserved. Choose a different one."),
    "value_is_out_of_range": _("This number is outside the allowed range."),
    "value_is_too_long": _("This is too long."),
    "value_is_too_short": _("This is too short."),
    "value_must_be_blank": _("This must be empty here."),
    "relation_must_exist": _("Choose one that exists."),
    "url_is_invalid": _("Write a full address, such as https://example.com."),
    "invalid_timezone": _("Choose a time zone from the list."),
    "invalid_email_format": _("Write an e-mail address, such as name@example.com."),
    "not_a_valid_country_code": _("Choose a country from the list."),
    "not_a_valid_language_code": _("Choose a language from the list."),
    "currencies_does_not_match": _("The currency differs from the customer's currency."),
    "invalid_date": _("This date is not possible here."),
    "invalid_format": _("This is not written in the expected form."),
    "invalid_amount": _("Write an amount of zero or more."),
    "invalid_rate": _("Write a percentage of zero or more."),
    "coupon_is_not_reusable": _("This coupon can be used only once, and the customer has had it."),
    "plan_overlapping": _("Another coupon of the customer already covers these plans."),
    "insufficient_credits": _("The wallet does not hold that many credits."),
    "wallet_is_terminated": _("The wallet has ended."),
    "amount_rounds_to_zero": _("This is less than the smallest unit of the currency."),
    "does_not_match_item_amounts": _("The parts do not add up to what the lines are worth."),
    "higher_than_remaining_invoice_amount": _("This is more than the invoice has left."),
    "higher_than_remaining_fee_amount": _("This is more than what is left of the line."),
    "cannot_refund_unpaid_invoice": _("Nothing has been paid that could be refunded."),
    "cannot_credit_invoice": _("Prepaid credits are refunded, not credited."),
    "higher_than_wallet_balance": _("The wallet does not hold that much any more."),
    "total_amount_must_be_positive": _("Give back more than nothing."),
    "total_amount_exceeds_invoice_amount": _("This is more than the invoice has left."),
    "already_exists": _("This line has been adjusted. Undo that first."),
    "refund_outcome_unknown": _(
        "The provider may have paid it back long ago: look there, and note what became of it."
    ),
    "no_linked_payment_provider": _("The customer has no payment provider."),
}


def words(code: str) -> str:
    """Return the sentence for a code; an unknown code is written as words."""
    known = WORDS.get(code)
    return str(known) if known else code.replace("_", " ").capitalize() + "."


def spoken(message: str) -> str:
    """Return the sentence of a refusal, for which the domain knows English, in the language of here."""
    if isinstance(message, Sentence):
        return gettext(message.template).format(**message.facts)
    return gettext(message) if message else ""
