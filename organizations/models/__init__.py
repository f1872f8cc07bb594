"""The tenants: organizations, their operators and their keys."""

from organizations.models.api_key import ApiKey
from organizations.models.idempotent_answer import IdempotentAnswer
from organizations.models.logged_request import LoggedRequest
from organizations.models.operator import Language, Membership, Operator
from organizations.models.organization import Organization
from organizations.models.saved_view import SavedView
from organizations.models.signing_in import SentForm, SignInThrottle
from organizations.models.signing_key import SigningKey

__all__ = [
    "ApiKey",
    "IdempotentAnswer",
    "Language",
    "LoggedRequest",
    "Membership",
    "Operator",
    "Organization",
    "SavedView",
    "SentForm",
    "SignInThrottle",
    "SigningKey",
]
