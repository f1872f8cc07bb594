"""The admin: support finds and reads everything, changes nothing, and does what the console's code does."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group

from activity.models import JournalEntry, OutboxMessage
from console.admin import OperationsAdmin
from invoices.models import Invoice
from tests.factories import MembershipFactory, OperatorFactory, OrganizationFactory
from tests.invoices.given import a_customer, billed, one_off, sandbox

pytestmark = pytest.mark.django_db

OURS = [
    (model, one) for model, one in admin.site._registry.items() if isinstance(one, OperationsAdmin)
]


@pytest.fixture
def support(client):
    """Browse the admin as support, who belongs to no organization."""
    group, _ = Group.objects.get_or_create(name="support")
    operator = OperatorFactory(email="support@example.com", is_staff=True)
    operator.groups.add(group)
    client.force_login(operator)
    return client


@pytest.fixture
def invoice():
    customer = a_customer(sandbox(OrganizationFactory()), name="Hooli", external_id="hooli")
    return billed(customer)


def address(model, *parts):
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/" + "".join(
        f"{one}/" for one in parts
    )


@pytest.mark.parametrize(("model", "one"), OURS, ids=[model.__name__ for model, _ in OURS])
def test_every_list_and_page_opens_and_nothing_can_be_changed(support, invoice, model, one):
    listed = support.get(address(model), {"q": "a"})
    row = model._default_manager.first()
    paths = [(row.pk, "change"), (row.pk, "delete")] if row else []
    pages = [support.get(address(model, *path)) for path in paths]
    changes = [support.post(address(model, *path), {"post": "yes"}) for path in [("add",), *paths]]

    assert listed.status_code == 200
    assert [page.status_code for page in pages] == ([200, 403] if row else [])
    assert [change.status_code for change in changes] == [403] * len(changes)


def test_a_forged_change_is_refused_and_changes_nothing(support, invoice):
    response = support.post(
        address(Invoice, invoice.pk, "change"), {"number": "FREE", "total_amount_cents": "0"}
    )

    assert response.status_code == 403
    assert Invoice.objects.get().total_amount_cents == invoice.total_amount_cents


@pytest.mark.parametrize("of", ["pk", "customer_id", "organization_id", "number"])
def test_an_invoice_is_found_by_any_id(support, invoice, of):
    other = one_off(a_customer(sandbox(OrganizationFactory(), tax=0), name="Other"))

    page = support.get(address(Invoice), {"q": str(getattr(invoice, of))}).content.decode()

    assert invoice.number in page
    assert other.number not in page


def test_the_raw_journal_of_an_invoice_is_one_link_away(support, invoice):
    page = support.get(address(Invoice, invoice.pk, "change")).content.decode()
    journal = support.get(address(JournalEntry), {"q": str(invoice.pk)}).content.decode()

    assert f"/admin/activity/journalentry/?q={invoice.pk}" in page
    assert "invoice.finalized" in journal


def test_secrets_are_not_shown(support, invoice):
    organization = invoice.organization
    organization.hmac_key = "very-secret-key"
    organization.save()

    page = support.get(address(type(organization), organization.pk, "change"))

    assert page.status_code == 200
    assert "very-secret-key" not in page.content.decode()


def test_support_sends_an_invoice_again_by_the_operation(support, invoice):
    invoice.customer.email = "hooli@example.com"
    invoice.customer.save()
    before = OutboxMessage.objects.filter(topic="email").count()

    sent = {"action": "send_again", "_selected_action": [str(invoice.pk)]}
    page = support.post(address(Invoice), sent, follow=True).content.decode()

    assert "is on its way to hooli@example.com" in page
    assert OutboxMessage.objects.filter(topic="email").count() == before + 1
    entry = JournalEntry.objects.get(action="invoice.email_requested")
    assert (entry.actor_label, entry.source) == ("support@example.com", "admin")


def test_what_an_operation_refuses_is_said_and_the_others_go_on(support, invoice):
    draft = billed(
        a_customer(invoice.organization, email="x@example.com"), grace=30, external_id="other"
    )
    Invoice.objects.filter(pk=invoice.pk).update(number="MTR-1")
    invoice.customer.email = "hooli@example.com"
    invoice.customer.save()

    sent = {"action": "send_again", "_selected_action": [str(draft.pk), str(invoice.pk)]}
    page = support.post(address(Invoice), sent, follow=True).content.decode()

    assert "Only a final invoice is mailed." in page
    assert "MTR-1 is on its way to hooli@example.com" in page


def test_members_and_plain_staff_see_nothing(client, invoice):
    member = MembershipFactory(organization=invoice.organization).operator
    staff = OperatorFactory(is_staff=True)

    client.force_login(member)
    as_member = client.get(address(Invoice)).status_code
    client.force_login(staff)
    as_staff = client.get(address(Invoice)).status_code

    assert (as_member, as_staff) == (302, 403)
