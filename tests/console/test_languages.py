"""What the console speaks: the operator's choice, else what the browser asks for; machines get English."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template import RequestContext, Template
from django.test import Client
from django.utils import translation

from activity.actors import SYSTEM
from activity.models import JournalEntry
from billing.errors import Invalid, Sentence
from console.vocabulary import happened
from console.wording import spoken
from organizations.models import Operator
from tests.factories import MembershipFactory
from workflows.change_display import change_display


@pytest.fixture(autouse=True)
def two_languages(settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]


def language_of(answer: Any) -> str:
    """Return what a page says its language is, in both places."""
    code = answer.headers["Content-Language"]
    assert f'<html lang="{code}"' in answer.content.decode()
    return str(code)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9", "de"),
        ("ja,de;q=0.5,en;q=0.4", "de"),
        ("fr", "en"),
        ("*", "en"),
    ],
)
def test_strangers_get_what_their_browser_asks_for(
    client: Client, db: None, asked: str, spoken: str
) -> None:
    answer = client.get("/sign-in/", headers={"Accept-Language": asked})

    assert language_of(answer) == spoken
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_operators_choice_goes_before_the_browser(client: Client, db: None) -> None:
    operator = MembershipFactory().operator
    client.force_login(operator)
    client.post("/account/display/", {"language": "de"})

    chosen = client.get("/account/", headers={"Accept-Language": "en"})
    client.post("/account/display/", {"language": ""})
    asked = client.get("/account/", headers={"Accept-Language": "en"})

    assert [language_of(chosen), language_of(asked)] == ["de", "en"]
    assert translation.get_language() == "en"


def test_a_page_speaks_german_throughout(client: Client, db: None) -> None:
    membership = MembershipFactory(operator__language="de", role="viewer")
    client.force_login(membership.operator)

    page = client.get("/customers/").content.decode()
    refusal = client.post("/sandbox/clock/", {"by": "day"}).content.decode()

    assert "Noch keine Kunden" in page
    assert "Ihre Rolle, Betrachter, erlaubt das nicht. Fragen Sie einen Inhaber." in refusal


def test_a_language_that_is_not_offered_is_not_kept(client: Client, db: None) -> None:
    operator = MembershipFactory().operator
    client.force_login(operator)

    answer = client.post("/account/display/", {"language": "fr", "timezone": "Mars/Base"})

    assert answer.status_code == 422
    assert (Operator.objects.get().language, Operator.objects.get().timezone) == ("", "")


def test_a_workflow_refuses_what_does_not_exist(db: None) -> None:
    membership = MembershipFactory()
    by = {"actor": SYSTEM, "at": datetime(2026, 1, 1, tzinfo=UTC)}

    with pytest.raises(Invalid) as language:
        change_display(membership, language="xx", timezone="", **by)
    with pytest.raises(Invalid) as timezone:
        change_display(membership, language="", timezone="Mars/Base", **by)

    assert language.value.errors == {"language": ["not_a_valid_language_code"]}
    assert timezone.value.errors == {"timezone": ["invalid_timezone"]}
    assert not JournalEntry.objects.exists()


def test_an_operator_reads_moments_in_a_zone_and_a_theme_of_their_own(
    client: Client, db: None
) -> None:
    membership = MembershipFactory(organization__timezone="America/New_York")
    client.force_login(membership.operator)
    shown = {"timezone": "Asia/Kathmandu", "theme": "dark"}

    answer = client.post("/account/display/", shown)
    page = client.get("/account/")
    at = datetime(2026, 1, 1, 3, tzinfo=UTC)
    tags = Template(
        "{% load console %}{% moment at %}|{% moment at 'Europe/Paris' %}|{% day_of at %}"
    )
    written = tags.render(RequestContext(page.wsgi_request, {"at": at}))

    assert answer.status_code == 303
    assert [re.sub("<[^>]*>", "", one) for one in written.split("|")] == [
        "1 Jan 2026, 08:45",
        "1 Jan 2026, 08:45",
        "31 Dec 2025",
    ]
    assert "Europe/Paris: Thu 1 Jan 2026, 04:00:00 (UTC+01:00)" in written
    assert 'data-theme="dark"' in page.content.decode()
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.after) == (
        "member.display_changed",
        {"language": "", "timezone": "Asia/Kathmandu"},
    )


def test_a_choice_that_is_offered_no_more_is_passed_over(client: Client, db: None) -> None:
    operator = MembershipFactory(operator__language="es").operator
    client.force_login(operator)

    assert language_of(client.get("/account/")) == "en"


@pytest.mark.parametrize("path", ["/api/v1/customers", "/healthz", "/admin/login/"])
def test_machines_and_support_get_english(client: Client, db: None, path: str) -> None:
    answer = client.get(path, headers={"Accept-Language": "de"})

    assert "Content-Language" not in answer.headers
    assert 'lang="de' not in answer.content.decode()


def test_a_sentence_of_the_domain_keeps_its_facts() -> None:
    sentence = Sentence("The wallet holds {credits} credits.", credits=5)

    assert (sentence, spoken(sentence)) == ("The wallet holds 5 credits.",) * 2
    assert (spoken("Nobody has translated this."), spoken("")) == (
        "Nobody has translated this.",
        "",
    )


def test_what_the_journal_keeps_is_said_in_words() -> None:
    assert happened("credit_note.issued") == "Credit note issued"
    assert happened("spaceship.taken_off") == "Spaceship taken off"
