"""Pages of the settings and of members: what they change, refuse, and who may."""

import pytest

from activity.models import JournalEntry
from organizations.models import Membership, Operator
from tests.budgets import keep_budgets
from tests.factories import MembershipFactory, OperatorFactory

pytestmark = pytest.mark.django_db

MEMBERS = "/settings/members/"


def said(response):
    return [str(message) for message in response.context["messages"]]


def settings(page, **typed):
    """Return what the form of the settings would send, with some fields typed over."""
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields}
    return {
        name: "" if value is None else value
        for name, value in (shown | typed).items()
        if value is not False
    }


def test_the_settings_are_shown_and_changed(signed_in):
    form = signed_in.get("/settings/edit/")
    sent = settings(
        form,
        legal_name="Meterstone GmbH",
        timezone="Europe/Berlin",
        net_payment_term="14",
        document_number_prefix="mtr",
        email_settings=["invoice.finalized"],
    )

    response = signed_in.post("/settings/edit/", sent, follow=True)

    page = response.content.decode()
    organization = signed_in.organization
    organization.refresh_from_db()
    assert said(response) == ["The settings are saved."]
    assert (organization.timezone, organization.net_payment_term) == ("Europe/Berlin", 14)
    assert organization.document_number_prefix == "MTR"
    assert "Meterstone GmbH" in page
    assert "An invoice is final" in page
    assert JournalEntry.objects.get(action="organization.updated").after["net_payment_term"] == 14


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"net_payment_term": "-1"}, "net_payment_term", "greater than or equal to 0"),
        ({"document_number_prefix": "TOO-LONG-PREFIX"}, "document_number_prefix", "at most 10"),
        ({"timezone": "Mars/Olympus"}, "timezone", "Select a valid choice."),
        ({"email": "nobody"}, "email", "Write an e-mail address"),
        ({"country": "XX"}, "country", "Select a valid choice."),
    ],
)
def test_wrong_settings_are_refused_with_words_on_the_field(signed_in, typed, field, words):
    sent = settings(signed_in.get("/settings/edit/"), **typed)

    response = signed_in.post("/settings/edit/", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert words in str(response.context["form"].errors[field])
    assert JournalEntry.objects.filter(action="organization.updated").count() == 0


def test_two_people_who_edit_the_settings_see_each_other(signed_in):
    sent = settings(signed_in.get("/settings/edit/"), name="Mine")
    signed_in.organization.name = "Theirs"
    signed_in.organization.save()

    first = signed_in.post("/settings/edit/", sent)
    signed_in.organization.refresh_from_db()

    assert "Somebody else has changed this to Theirs." in first.content.decode()
    assert signed_in.organization.name == "Theirs"


def test_somebody_new_gets_a_password_that_is_shown_once(signed_in, client):
    sent = {"email": "New@Example.com", "name": "Neo", "role": "finance"}

    page = signed_in.post(MEMBERS + "new/", sent)

    password = page.context["admitted"].password
    operator = Operator.objects.get(email="new@example.com")
    assert password in page.content.decode()
    assert operator.check_password(password)
    assert Membership.objects.get(operator=operator).role == "finance"
    assert password not in signed_in.get(MEMBERS).content.decode()
    assert password not in str(list(JournalEntry.objects.values_list("after", flat=True)))


def test_an_operator_of_another_organization_keeps_their_password(signed_in):
    known = OperatorFactory(email="known@example.com", name="Known")

    response = signed_in.post(
        MEMBERS + "new/", {"email": "known@example.com", "role": "viewer"}, follow=True
    )
    again = signed_in.post(MEMBERS + "new/", {"email": "known@example.com", "role": "owner"})

    assert said(response) == ["Known is a member."]
    assert (again.status_code, "member already" in again.content.decode()) == (422, True)
    assert Membership.objects.get(operator=known).role == "viewer"


def test_a_role_is_changed_and_a_member_taken_out(signed_in):
    other = MembershipFactory(organization=signed_in.organization, role="viewer")
    own = f"{MEMBERS}{other.pk}/"

    signed_in.post(own + "role/", {"role": "manager"})
    changed = Membership.objects.get(pk=other.pk).role
    unknown = signed_in.post(own + "role/", {"role": "emperor"}).status_code
    question = signed_in.get(own + "remove/").content.decode()
    signed_in.post(own + "remove/")

    assert (changed, unknown) == ("manager", 422)
    assert "They see and change nothing here any more" in question
    assert not Membership.objects.filter(pk=other.pk).exists()
    assert Operator.objects.filter(pk=other.operator_id).exists()
    actions = JournalEntry.objects.filter(object_id=other.pk).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "member.role_changed",
        "member.removed",
    ]


def test_the_last_owner_stays(signed_in):
    own = f"{MEMBERS}{signed_in.membership.pk}/"

    demoted = signed_in.post(own + "role/", {"role": "viewer"})
    removed = signed_in.post(own + "remove/")

    assert "Somebody must remain an owner" in demoted.content.decode()
    assert (demoted.status_code, removed.status_code) == (422, 409)
    assert Membership.objects.get(pk=signed_in.membership.pk).role == "owner"


def test_a_manager_reads_settings_and_changes_none(signed_in):
    other = MembershipFactory(organization=signed_in.organization, role="viewer")
    foreign = MembershipFactory()
    missing = signed_in.post(f"{MEMBERS}{foreign.pk}/remove/").status_code
    signed_in.membership.role = "manager"
    signed_in.membership.save()

    read = [signed_in.get(path).status_code for path in ("/settings/", MEMBERS)]
    paths = ["/settings/edit/", MEMBERS + "new/"]
    paths += [f"{MEMBERS}{other.pk}/{verb}/" for verb in ("role", "remove")]
    refused = [signed_in.post(path).status_code for path in paths]

    assert (missing, read, refused) == (404, [200, 200], [403] * 4)
    assert Membership.objects.filter(pk__in=[other.pk, foreign.pk]).count() == 2


def test_pages_of_the_settings_keep_their_budgets(signed_in):
    def many():
        for _ in range(30):
            MembershipFactory(organization=signed_in.organization)

    pages = {"organizations:settings": "/settings/", "organizations:members": MEMBERS}
    keep_budgets(signed_in.get, pages, many)
