"""Connections of an organization to payment providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.errors import Invalid
from organizations.models import Organization
from payments.models import CustomerProvider, PaymentProvider, ProviderKind
from payments.providers import OFFERED, seal, unseal
from persistence.saving import save_valid

NEEDED: dict[str, tuple[str, ...]] = {
    ProviderKind.MANUAL: (),
    ProviderKind.STRIPE: ("secret_key",),
    ProviderKind.GOCARDLESS: ("access_token",),
    ProviderKind.ADYEN: ("api_key", "merchant_account"),
}
"""The secrets and settings without which a connection of that kind is none."""


@dataclass(frozen=True, kw_only=True)
class ConnectionTerms:
    """What an operator says of a connection; secrets that are empty or left out stay as they are."""

    name: str
    code: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def create_connection(
    organization: Organization,
    *,
    kind: str,
    terms: ConnectionTerms,
    actor: Actor,
    at: datetime,
) -> PaymentProvider:
    """Connect the organization and return the connection.

    Raises Invalid: ``kind`` (``value_is_invalid``), ``name``, ``code``, the missing secret
    (``value_is_mandatory``), ``code`` (``value_already_exist``).
    """
    if kind not in OFFERED:
        raise Invalid({"kind": ["value_is_invalid"]}, "Choose one of the providers offered.")
    provider = PaymentProvider(organization=organization, kind=kind, created_at=at)
    return _store(provider, terms, "payment_provider.created", actor=actor, at=at)


@transaction.atomic
def update_connection(
    provider: PaymentProvider, *, terms: ConnectionTerms, actor: Actor, at: datetime
) -> PaymentProvider:
    """Change a connection and return it; raises Invalid as `create_connection` does."""
    provider = PaymentProvider.objects.kept().locked().get(pk=provider.pk)
    return _store(provider, terms, "payment_provider.updated", actor=actor, at=at)


def _store(
    provider: PaymentProvider, terms: ConnectionTerms, action: str, *, actor: Actor, at: datetime
) -> PaymentProvider:
    before = journal.snapshot(provider)
    given = {name: value.strip() for name, value in terms.secrets.items() if value.strip()}
    secrets = unseal(provider.secrets) | given
    _require_whole(provider, terms, secrets)
    provider.name, provider.code = terms.name.strip(), terms.code.strip()
    provider.settings, provider.updated_at = dict(terms.settings), at
    if given:
        provider.secrets = seal(secrets)
    save_valid(provider)
    old, new = journal.changes(before, journal.snapshot(provider))
    # That a secret was replaced is worth knowing; what it is stands nowhere.
    new |= {"replaced_secrets": sorted(given)} if given else {}
    journal.record(provider, action, actor=actor, at=at, before=old, after=new)
    return provider


def _require_whole(
    provider: PaymentProvider, terms: ConnectionTerms, secrets: Mapping[str, str]
) -> None:
    given = {"name": terms.name, "code": terms.code}
    known = {**terms.settings, **secrets}
    given |= {name: known.get(name, "") for name in NEEDED[provider.kind]}
    errors = {name: ["value_is_mandatory"] for name, value in given.items() if not value.strip()}
    if errors:
        raise Invalid(errors, "Something that the connection needs is missing.")


@transaction.atomic
def delete_connection(provider: PaymentProvider, *, actor: Actor, at: datetime) -> PaymentProvider:
    """Disconnect: customers lose it as their default; refunds of what it has moved still go through it."""
    provider = PaymentProvider.objects.kept().locked().get(pk=provider.pk)
    provider.deleted_at = provider.updated_at = at
    save_valid(provider, update_fields=["deleted_at", "updated_at"])
    CustomerProvider.objects.filter(provider=provider).delete()
    journal.record(provider, "payment_provider.deleted", actor=actor, at=at)
    return provider
