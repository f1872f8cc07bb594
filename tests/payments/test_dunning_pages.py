"""Pages of dunning campaigns."""

from __future__ import annotations

import pytest

from payments.models import DunningCampaign
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/settings/dunning/"
FORM = {
    "name": "Friendly",
    "code": "friendly",
    "max_attempts": "3",
    "days_between_attempts": "7",
    "is_default": "on",
    "thresholds-TOTAL_FORMS": "2",
    "thresholds-INITIAL_FORMS": "1",
    "thresholds-0-currency": "EUR",
    "thresholds-0-amount": "10.00",
    "thresholds-1-currency": "JPY",
    "thresholds-1-amount": "500",
}


def test_a_campaign_is_created_and_shown(signed_in):
    assert signed_in.get(f"{ADDRESS}new/").status_code == 200

    response = signed_in.post(f"{ADDRESS}new/", FORM, follow=True)

    campaign = DunningCampaign.objects.get()
    assert (campaign.max_attempts, campaign.days_between_attempts) == (3, 7)
    assert dict(campaign.thresholds.values_list("currency", "amount_cents")) == {
        "EUR": 1_000,
        "JPY": 500,
    }
    assert "€10.00, ¥500" in response.content.decode()
    assert "3 times" in response.content.decode()


def test_two_who_edit_a_campaign_see_each_other_s_thresholds(signed_in):
    signed_in.post(f"{ADDRESS}new/", FORM)
    campaign = DunningCampaign.objects.get()
    edit = f"{ADDRESS}{campaign.pk}/edit/"
    held = FORM | {"thresholds-seen": signed_in.get(edit).context["rows"].seen}
    signed_in.post(edit, FORM | {"thresholds-0-amount": "20", "thresholds-1-DELETE": "on"})

    refused = signed_in.post(edit, held)
    chosen = {"thresholds-EUR-choice": "theirs", "thresholds-JPY-choice": "mine"}
    chosen["thresholds-seen"] = refused.context["rows"].seen
    signed_in.post(edit, held | chosen)

    assert refused.status_code == 422
    shown = [(one.mine, one.theirs) for one in refused.context["rows"].conflicts]
    assert shown == [("EUR · 10", "EUR · 20"), ("JPY · 500", "nothing")]
    assert dict(campaign.thresholds.values_list("currency", "amount_cents")) == {
        "EUR": 2_000,
        "JPY": 500,
    }


def test_a_campaign_is_edited_and_deleted(signed_in):
    signed_in.post(f"{ADDRESS}new/", FORM)
    campaign = DunningCampaign.objects.get()
    edit = f"{ADDRESS}{campaign.pk}/edit/"
    assert 'value="10.00"' in signed_in.get(edit).content.decode()

    signed_in.post(edit, FORM | {"name": "Strict", "thresholds-1-DELETE": "on"})
    campaign.refresh_from_db()
    assert campaign.name == "Strict"
    assert list(campaign.thresholds.values_list("currency", flat=True)) == ["EUR"]

    assert signed_in.get(f"{ADDRESS}{campaign.pk}/delete/").status_code == 200
    signed_in.post(f"{ADDRESS}{campaign.pk}/delete/")
    assert not DunningCampaign.objects.kept().exists()
    assert signed_in.get(edit).status_code == 404


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"max_attempts": "0"},
        {"thresholds-0-amount": "1.001"},
        {"thresholds-0-amount": "0"},
        {"thresholds-1-currency": "EUR"},
        {"thresholds-0-DELETE": "on", "thresholds-1-DELETE": "on"},
    ],
)
def test_a_wrong_campaign_is_refused(signed_in, typed):
    response = signed_in.post(f"{ADDRESS}new/", FORM | typed)

    assert response.status_code == 422
    assert not DunningCampaign.objects.exists()


def test_one_more_row_without_script_saves_nothing(signed_in):
    response = signed_in.post(f"{ADDRESS}new/", FORM | {"add-row": "thresholds"})

    assert response.status_code == 200
    assert "thresholds-2-amount" in response.content.decode()
    assert not DunningCampaign.objects.exists()


def test_only_owners_make_campaigns_and_strangers_find_none(client, signed_in):
    signed_in.post(f"{ADDRESS}new/", FORM)
    campaign = DunningCampaign.objects.get()
    signed_in.membership.role = "manager"
    signed_in.membership.save()

    assert signed_in.get(ADDRESS).status_code == 200
    assert signed_in.get(f"{ADDRESS}new/").status_code == 403

    client.force_login(MembershipFactory().operator)
    assert client.get(f"{ADDRESS}{campaign.pk}/edit/").status_code == 404
    assert client.post(f"{ADDRESS}{campaign.pk}/delete/").status_code == 404
    assert "Friendly" not in client.get(ADDRESS).content.decode()
