"""Pages of the settings and of members: what they change, refuse, and who may."""

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from organizations import clock
from organizations.models import Membership, Operator
from tests.factories import (
    AddOnFactory,
    CustomerFactory,
    MembershipFactory,
    OperatorFactory,
    TaxFactory,
)
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice

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


def test_each_section_is_changed_on_its_own(signed_in):
    typed = {
        "/settings/": {"legal_name": "Meterstone GmbH", "timezone": "Europe/Berlin"},
        "/settings/invoices/": {"net_payment_term": "14", "invoice_footer": "Pay by transfer."},
        "/settings/numbering/": {"document_number_prefix": "mtr"},
        "/settings/emails/": {"email_settings": ["invoice.finalized"]},
    }

    for page, changes in typed.items():
        sent = settings(signed_in.get(f"{page}edit/"), **changes)
        response = signed_in.post(f"{page}edit/", sent, follow=True)
        assert said(response) == ["The settings are saved."]
        assert response.redirect_chain[-1][0] == page

    changed = signed_in.organization
    changed.refresh_from_db()
    assert (changed.timezone, changed.net_payment_term) == ("Europe/Berlin", 14)
    assert (changed.document_number_prefix, changed.legal_name) == ("MTR", "Meterstone GmbH")
    assert changed.email_settings == ["invoice.finalized"]
    entries = JournalEntry.objects.filter(action="organization.updated").order_by("pk")
    assert [sorted(entry.after) for entry in entries] == [
        ["legal_name", "timezone"],
        ["invoice_footer", "net_payment_term"],
        ["document_number_prefix"],
        ["email_settings"],
    ]
    assert (
        "14 days after the date of issue" in signed_in.get("/settings/invoices/").content.decode()
    )


@pytest.mark.parametrize("counting", ["per_customer", "per_organization"])
def test_the_page_says_the_number_that_the_next_invoice_gets(signed_in, counting):
    organization = signed_in.organization
    organization.document_numbering, organization.document_number_prefix = counting, "MTR"
    organization.save()
    customer = CustomerFactory(organization=organization)
    page = "/settings/numbering/"
    first = signed_in.get(page).context["next_number"]

    made = create_one_off_invoice(
        customer,
        lines=[OneOffLine(add_on_code=AddOnFactory(organization=organization).code)],
        currency="EUR",
        actor=COMMAND,
        at=clock.now(organization),
    )
    second = signed_in.get(page).context["next_number"]

    assert made.number == first != second
    assert (first[-3:], second[-3:]) == ("001", "002")


def test_e_mails_are_shown_as_customers_get_them(signed_in):
    organization = signed_in.organization
    organization.email_settings, organization.document_locale = ["invoice.finalized"], "de"
    organization.legal_name, organization.email = "Meterstone GmbH", "hallo@meterstone.test"
    organization.save()

    page = signed_in.get("/settings/emails/")

    mails = [mail for _label, mail in page.context["mails"]]
    assert [mail.is_sent for mail in mails] == [True, False, False]
    assert mails[0].subject.startswith("Rechnung ")
    assert all("Meterstone GmbH" in mail.body for mail in mails)
    assert {mail.reply_to for mail in mails} == {"hallo@meterstone.test"}
    assert mails[0].body.split("\n")[0] in page.content.decode()


def test_taxes_by_default_are_those_that_apply_to_everybody(signed_in):
    vat = TaxFactory(organization=signed_in.organization, applied_to_organization=True)
    city = TaxFactory(organization=signed_in.organization)
    TaxFactory(applied_to_organization=True)

    page = signed_in.get("/settings/taxes/")

    assert (page.context["applied"], page.context["others"]) == ([vat], [city])


def test_a_customer_s_settings_say_where_they_come_from(signed_in):
    customer = CustomerFactory(
        organization=signed_in.organization, net_payment_term=30, timezone=None, email="a@b.test"
    )
    tax = TaxFactory(organization=signed_in.organization, applied_to_organization=True, rate=19)

    page = signed_in.get(f"/customers/{customer.pk}/settings/")

    shown = {setting.field or setting.label: setting for setting in page.context["settings"]}
    own, inherited = shown["net_payment_term"], shown["invoice_grace_period"]
    assert (own.value, own.is_own, own.inherited) == ("30 days", True, "0 days")
    assert (inherited.value, inherited.url) == ("0 days", "/settings/invoices/")
    assert (shown["timezone"].url, shown["E-mails"].url) == ("/settings/", "/settings/emails/")
    assert shown["tax_codes"].value.startswith(tax.name)
    assert shown["tax_codes"].url == "/settings/taxes/"
    assert f"/customers/{customer.pk}/edit/#field-net_payment_term" in page.content.decode()


@pytest.mark.parametrize(
    ("part", "typed", "words"),
    [
        ("", {"name": ""}, "This field is required."),
        ("invoices/", {"net_payment_term": "-1"}, "greater than or equal to 0"),
        ("numbering/", {"document_number_prefix": "TOO-LONG-PREFIX"}, "at most 10"),
        ("", {"timezone": "Mars/Olympus"}, "Select a valid choice."),
        ("", {"email": "nobody"}, "Write an e-mail address"),
        ("", {"country": "XX"}, "Select a valid choice."),
        ("emails/", {"email_settings": ["spam"]}, "Select a valid choice."),
    ],
)
def test_wrong_settings_are_refused_with_words_on_the_field(signed_in, part, typed, words):
    [field], address = typed, f"/settings/{part}edit/"
    sent = settings(signed_in.get(address), **typed)

    response = signed_in.post(address, sent)

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


def test_two_who_change_the_same_role_see_each_other(signed_in):
    other = MembershipFactory(organization=signed_in.organization, role="viewer")
    address = f"{MEMBERS}{other.pk}/role/"
    page = signed_in.get(address)
    held = {"role": "manager", "seen": page.context["fields"]["seen"].value()}
    signed_in.post(address, {"role": "finance"})

    refused = signed_in.post(address, held)
    kept = Membership.objects.get(pk=other.pk).role
    held["seen"] = refused.context["fields"]["seen"].value()
    signed_in.post(address, held)

    assert 'name="seen"' in page.content.decode()
    assert refused.status_code == 422
    assert "Somebody else has changed this to Finance." in refused.content.decode()
    assert (kept, Membership.objects.get(pk=other.pk).role) == ("finance", "manager")


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

    parts = ("invoices", "numbering", "emails")
    pages = ["/settings/", MEMBERS, "/settings/taxes/", *(f"/settings/{one}/" for one in parts)]
    read = [signed_in.get(path).status_code for path in pages]
    paths = ["/settings/edit/", MEMBERS + "new/", *(f"/settings/{one}/edit/" for one in parts)]
    paths += [f"{MEMBERS}{other.pk}/{verb}/" for verb in ("role", "remove")]
    refused = [signed_in.post(path).status_code for path in paths]

    assert (missing, read, refused) == (404, [200] * 6, [403] * 7)
    assert Membership.objects.filter(pk__in=[other.pk, foreign.pk]).count() == 2
