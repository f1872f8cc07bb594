"""Dunning campaigns, and which customer has which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity import journal
from activity.actors import Actor
from billing.currencies import CURRENCIES
from billing.errors import Invalid
from customers.models import Customer
from organizations.models import Organization
from payments.models import CustomerDunning, DunningCampaign, DunningThreshold
from persistence.saving import create_all, save_valid


@dataclass(frozen=True, kw_only=True)
class CampaignTerms:
    """What is said of a campaign; `thresholds` are minor units by currency."""

    name: str
    code: str
    thresholds: Mapping[str, int]
    max_attempts: int
    days_between_attempts: int
    description: str = ""
    bcc_emails: tuple[str, ...] = ()
    is_default: bool = False


@transaction.atomic
def create_campaign(
    organization: Organization, *, terms: CampaignTerms, actor: Actor, at: datetime
) -> DunningCampaign:
    """Make a campaign and return it.

    Raises Invalid: ``name``, ``code``, ``thresholds`` (``value_is_mandatory``, ``value_is_invalid`` for a currency,
    ``value_is_out_of_range``), ``code`` (``value_already_exist``), ``max_attempts``, ``days_between_attempts``.
    """
    campaign = DunningCampaign(organization=organization, created_at=at)
    return _store(campaign, terms, "dunning_campaign.created", actor=actor, at=at)


@transaction.atomic
def update_campaign(
    campaign: DunningCampaign, *, terms: CampaignTerms, actor: Actor, at: datetime
) -> DunningCampaign:
    """Change a campaign; its customers are asked anew from the first attempt. Raises as `create_campaign`."""
    campaign = DunningCampaign.objects.kept().locked().get(pk=campaign.pk)
    campaign = _store(campaign, terms, "dunning_campaign.updated", actor=actor, at=at)
    _start_anew(campaign, at)
    return campaign


@transaction.atomic
def delete_campaign(campaign: DunningCampaign, *, actor: Actor, at: datetime) -> DunningCampaign:
    """End a campaign; its customers fall back to the default."""
    campaign = DunningCampaign.objects.kept().locked().get(pk=campaign.pk)
    _start_anew(campaign, at)
    CustomerDunning.objects.filter(campaign=campaign).update(campaign=None, updated_at=at)
    campaign.deleted_at, campaign.updated_at, campaign.is_default = at, at, False
    save_valid(campaign, update_fields=["deleted_at", "is_default", "updated_at"])
    journal.record(campaign, "dunning_campaign.deleted", actor=actor, at=at)
    return campaign


@transaction.atomic
def choose_campaign(
    customer: Customer, campaign: DunningCampaign | None, *, actor: Actor, at: datetime
) -> CustomerDunning:
    """Give a locked customer a campaign of their own, or with None the default; attempts begin anew."""
    state = state_of(customer, at=at)
    if state.campaign != campaign:
        state.campaign, state.attempts, state.last_attempt_at = campaign, 0, None
        state.updated_at = at
        save_valid(state)
        after = {"campaign": campaign and campaign.code}
        journal.record(state, "customer_dunning.chosen", actor=actor, at=at, after=after)
    return state


def state_of(customer: Customer, *, at: datetime) -> CustomerDunning:
    """Return how far a locked customer has been asked."""
    found = CustomerDunning.objects.select_related("campaign").filter(customer=customer).first()
    return found or CustomerDunning(
        organization_id=customer.organization_id, customer=customer, created_at=at, updated_at=at
    )


def count_attempt(state: CustomerDunning, *, at: datetime) -> CustomerDunning:
    """Note that the customer has just been asked once more."""
    state.attempts += 1
    state.last_attempt_at = state.updated_at = at
    return save_valid(state)


def _store(
    campaign: DunningCampaign, terms: CampaignTerms, action: str, *, actor: Actor, at: datetime
) -> DunningCampaign:
    _require_whole(terms)
    before = journal.snapshot(campaign)
    if terms.is_default:
        DunningCampaign.objects.of(campaign.organization_id).kept().exclude(pk=campaign.pk).filter(
            is_default=True
        ).update(is_default=False, updated_at=at)
    for name in ("max_attempts", "days_between_attempts", "description", "is_default"):
        setattr(campaign, name, getattr(terms, name))
    campaign.name, campaign.code, campaign.updated_at = terms.name.strip(), terms.code.strip(), at
    campaign.bcc_emails = list(terms.bcc_emails)
    save_valid(campaign)
    DunningThreshold.objects.filter(campaign=campaign).delete()
    create_all(
        [
            DunningThreshold(
                organization_id=campaign.organization_id,
                campaign=campaign,
                currency=currency,
                amount_cents=cents,
            )
            for currency, cents in terms.thresholds.items()
        ]
    )
    after = journal.snapshot(campaign) | {"thresholds": dict(terms.thresholds)}
    old, new = journal.changes(before, after)
    journal.record(campaign, action, actor=actor, at=at, before=old, after=new)
    return campaign


def _require_whole(terms: CampaignTerms) -> None:
    errors: dict[str, list[str]] = {
        name: ["value_is_mandatory"]
        for name in ("name", "code", "thresholds")
        if not (getattr(terms, name).strip() if name != "thresholds" else terms.thresholds)
    }
    if set(terms.thresholds) - CURRENCIES:
        errors["thresholds"] = ["value_is_invalid"]
    if errors:
        raise Invalid(errors, "A campaign needs a name, a code and a threshold in a currency.")


def _start_anew(campaign: DunningCampaign, at: datetime) -> None:
    rows = CustomerDunning.objects.of(campaign.organization_id)
    own = rows.filter(campaign=campaign)
    inheriting = rows.filter(campaign=None) if campaign.is_default else rows.none()
    (own | inheriting).update(attempts=0, last_attempt_at=None, updated_at=at)
