"""What people see when something goes wrong: what to do, a reference, and nothing typed is lost."""

import json
import re

import pytest
from django.test import Client

from activity.models import JournalEntry
from console import resuming
from organizations.models import Organization

pytestmark = pytest.mark.django_db
ID = {"x-request-id": "reference-1234"}
HTMX = {"hx-request": "true", "hx-request-type": "partial", "hx-target": "form#dialog-body"}
PASSWORD = "correct horse battery"
TAX = {"name": "VAT", "code": "vat", "rate": "19", "form_token": ""}


@pytest.fixture
def ended(signed_in):
    """Somebody whose session ends while they type."""
    operator = signed_in.membership.operator
    operator.email = "ada@example.com"
    operator.set_password(PASSWORD)
    operator.save()
    signed_in.logout()
    return signed_in


def broken(*_, **__):
    raise RuntimeError("Zaphod")


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def test_what_is_not_there_or_not_done_bears_a_reference(signed_in):
    missing = signed_in.get("/nowhere/", headers=ID)
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    forbidden = signed_in.get("/metrics/new/", headers=ID)

    assert (missing.status_code, forbidden.status_code) == (404, 403)
    for page in (missing, forbidden):
        assert "reference-1234" in page.content.decode()


def test_a_form_of_another_session_says_what_to_do_and_bears_a_reference(signed_in):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies

    page = strict.post("/taxes/new/", TAX, headers=ID)
    notice = strict.post("/taxes/new/", TAX, headers=ID | HTMX)

    assert (page.status_code, notice.status_code) == (403, 403)
    assert "reference-1234" in page.content.decode()
    assert (notice["HX-Retarget"], "reload the page" in notice.content.decode()) == (
        "#dialog-notice",
        True,
    )


def test_a_fault_says_that_nothing_was_done_and_bears_a_reference(signed_in, monkeypatch):
    monkeypatch.setattr("console.views.home.find", broken)
    signed_in.raise_request_exception = False

    page = signed_in.get("/search/", headers=ID)
    notice = signed_in.get("/search/", headers=ID | HTMX)

    assert (page.status_code, notice.status_code) == (500, 500)
    for answer in (page, notice):
        assert "reference-1234" in answer.content.decode()
        assert "Zaphod" not in answer.content.decode()
    assert notice["HX-Retarget"] == "#dialog-notice"


def test_what_was_typed_is_sent_once_more_after_signing_in_again(ended):
    asked = ended.post("/taxes/new/", TAX | {"description": 'Say "hi" <b>'}, headers=ID)
    kept = hidden(asked.content.decode())["kept"]
    wrong = ended.post("/sign-in/", {"email": "ada@example.com", "password": "no", "kept": kept})
    offered = ended.post(
        "/sign-in/", {"email": "ada@example.com", "password": PASSWORD, "kept": kept}
    )

    assert (asked.status_code, wrong.status_code, offered.status_code) == (401, 422, 200)
    assert hidden(wrong.content.decode())["kept"] == kept
    assert JournalEntry.objects.filter(action="tax.created").count() == 0
    context = offered.context
    assert context["address"] == "/taxes/new/"
    assert ["description", 'Say "hi" <b>'] in [list(pair) for pair in context["fields"]]
    again = ended.post(context["address"], dict(context["fields"]))
    assert again.status_code == 303
    assert JournalEntry.objects.filter(action="tax.created").count() == 1


@pytest.mark.parametrize("typed", [{"old_password": "x"}, {"name": "n" * 300_000}])
def test_secrets_and_what_is_too_large_are_not_kept(ended, typed, monkeypatch):
    monkeypatch.setattr(resuming, "LARGEST", 300)

    answer = ended.post("/account/password/", typed | {"n": json.dumps(list(range(300)))})

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/")


def test_what_others_made_up_is_not_offered(ended):
    answer = ended.post(
        "/sign-in/", {"email": "ada@example.com", "password": PASSWORD, "kept": "W1tdXQ:x:y"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_with_htmx_one_signs_in_over_the_page_and_gets_a_new_token(ended):
    asked = ended.post("/taxes/new/", TAX, headers=HTMX)
    wrong = ended.post("/sign-in/", {"email": "ada@example.com", "password": "no"}, headers=HTMX)
    right = ended.post(
        "/sign-in/", {"email": "ada@example.com", "password": PASSWORD}, headers=HTMX
    )

    assert (asked.status_code, asked["HX-Retarget"]) == (401, "#session-body")
    assert wrong.status_code == 422
    assert "session-password" in wrong.content.decode()
    assert right.status_code == 204
    assert json.loads(right["HX-Trigger"])["signed-in"]["token"]
    assert ended.get("/taxes/").status_code == 200
    assert Organization.objects.count() == 1
