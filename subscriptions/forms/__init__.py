"""What operators type about subscriptions."""

from subscriptions.forms.changing import ChangePlanForm, EndForm, SubscriptionForm
from subscriptions.forms.starting import NewSubscriptionForm
from subscriptions.forms.terms import TermsForm

__all__ = ["ChangePlanForm", "EndForm", "NewSubscriptionForm", "SubscriptionForm", "TermsForm"]
