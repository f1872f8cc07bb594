"""Create an organization, with its owner and its first API key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.numbering import document_prefix
from organizations.models import ApiKey, Operator, Organization
from organizations.permissions import Role
from persistence.saving import save_valid
from workflows.add_member import add_member
from workflows.issue_api_key import issue_api_key


@dataclass(frozen=True)
class NewOrganization:
    """An organization that has just been made, and its key in clear, shown this once."""

    organization: Organization
    api_key: ApiKey
    secret: str


@transaction.atomic
def create_organization(
    name: str,
    *,
    actor: Actor,
    at: datetime,
    is_sandbox: bool = False,
    owner: Operator | None = None,
    **settings: object,
) -> NewOrganization:
    """Create an organization with an API key; `settings` are columns of Organization.

    Raises Invalid when a setting breaks a constraint.
    """
    organization = Organization(
        name=name,
        is_sandbox=is_sandbox,
        created_at=at,
        hmac_key=secrets.token_hex(32),
        **settings,
    )
    if not organization.document_number_prefix:
        organization.document_number_prefix = document_prefix(name, str(organization.pk))
    save_valid(organization)
    journal.record(
        organization,
        "organization.created",
        actor=actor,
        at=at,
        after=journal.snapshot(organization),
    )
    if owner is not None:
        add_member(organization, owner, role=Role.OWNER, actor=actor, at=at)
    key, secret = issue_api_key(organization, name="First key", actor=actor, at=at)
    return NewOrganization(organization, key, secret)
