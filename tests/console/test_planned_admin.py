"""Operations of the admin: shown first, then done; customers and subscriptions among the rows of the admin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from activity.actors import COMMAND
from activity.models import JournalEntry
from customers.models import Customer
from invoices.models import Invoice
from subscriptions.models import Subscription
from subscriptions.new import NewSubscription
from tests.factories import CustomerFactory, OperatorFactory, OrganizationFactory, PlanFactory
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db

NOON = datetime(2024, 3, 11, 12, tzinfo=UTC)
CUSTOMERS = "/admin/customers/customer/"


@pytest.fixture
def customer() -> Customer:
    organization = OrganizationFactory(is_sandbox=True, sandbox_now=NOON)
    row = CustomerFactory(organization=organization, external_id="hooli", name="Hooli")
    plan = PlanFactory(organization=organization, amount_cents=3100)
    asked = NewSubscription(external_id="sub", plan=plan)
    start_subscription(row, asked=asked, actor=COMMAND, at=NOON - timedelta(days=10))
    return row


@pytest.fixture
def superuser(client: Any) -> Any:
    client.force_login(OperatorFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def support(client: Any) -> Any:
    operator = OperatorFactory(is_staff=True)
    operator.groups.add(Group.objects.get_or_create(name="support")[0])
    client.force_login(operator)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def shown(response: Any) -> dict[str, Any]:
    """What a browser would send back of the admin's form."""
    form = response.context["adminform"].form
    return {one.html_name: one.value() or "" for one in form if not one.field.disabled}


def test_strangers_sign_in_at_the_console(client: Any) -> None:
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/sign-in/?next=")


def test_an_operator_who_is_no_staff_is_refused(signed_in: Any) -> None:
    assert signed_in.get("/admin/", follow=True).status_code == 403


def test_staff_outside_of_support_see_nothing(client: Any, customer: Customer) -> None:
    client.force_login(OperatorFactory(is_staff=True))

    assert client.get(CUSTOMERS).status_code == 403
    assert client.get(f"{CUSTOMERS}{customer.pk}/change/").status_code == 403


@pytest.mark.parametrize("term", ["hooli", "Hool", "sub"])
def test_support_finds_a_customer_by_any_id(support: Any, customer: Customer, term: str) -> None:
    CustomerFactory(organization=customer.organization, external_id="other", name="Xyz")

    found = support.get(CUSTOMERS, {"q": term}).context["cl"].result_list

    assert [row.pk for row in found] == [customer.pk]


def test_a_row_is_found_by_its_uuid(support: Any, customer: Customer) -> None:
    found = support.get(CUSTOMERS, {"q": str(customer.pk)}).context["cl"].result_list

    assert [row.pk for row in found] == [customer.pk]


def test_support_reads_a_customer_with_its_journal_and_changes_nothing(
    support: Any, customer: Customer
) -> None:
    url = f"{CUSTOMERS}{customer.pk}/"

    page = text(support.get(f"{url}change/"))

    assert "Hooli" in page
    assert "customer.updated" in page
    assert support.post(f"{url}change/", {"name": "Forged"}).status_code == 403
    assert support.get(f"{url}operations/delete/").status_code == 403
    assert support.post(f"{url}operations/delete/").status_code == 403
    assert support.get(f"{CUSTOMERS}add/").status_code == 403
    assert support.get(f"{url}delete/").status_code == 403
    assert Customer.objects.get().name == "Hooli"


def test_support_reads_the_raw_journal(support: Any, customer: Customer) -> None:
    entry = JournalEntry.objects.get(action="subscription.created")

    listed = text(support.get("/admin/activity/journalentry/", {"q": "subscription.created"}))
    page = text(support.get(f"/admin/activity/journalentry/{entry.pk}/change/"))

    assert "subscription.created" in listed
    assert "Command line" in page


def test_what_is_locked_is_shown_with_its_reason(superuser: Any, customer: Customer) -> None:
    answer = superuser.get(f"{CUSTOMERS}{customer.pk}/change/")

    fields = answer.context["adminform"].form.fields
    assert fields["external_id"].disabled
    assert fields["currency"].disabled
    assert "1 subscription" in fields["external_id"].help_text


@pytest.mark.parametrize(("field", "value"), [("external_id", "other"), ("currency", "USD")])
def test_a_forged_change_of_what_is_locked_is_refused(
    superuser: Any, customer: Customer, field: str, value: str
) -> None:
    url = f"{CUSTOMERS}{customer.pk}/change/"
    sent = shown(superuser.get(url)) | {"name": "New", field: value}

    answer = superuser.post(url, sent)

    before = Customer.objects.get()
    assert answer.context["adminform"].form.errors[field] == ["This cannot be changed any more."]
    assert (before.external_id, before.currency, before.name) == ("hooli", "EUR", "Hooli")


def test_a_correction_goes_through_the_workflow(superuser: Any, customer: Customer) -> None:
    url = f"{CUSTOMERS}{customer.pk}/change/"

    answer = superuser.post(url, shown(superuser.get(url)) | {"name": "New"})

    entry = JournalEntry.objects.filter(action="customer.updated").latest("pk")
    assert answer.status_code == 302
    assert Customer.objects.get().name == "New"
    assert (entry.after, entry.source, entry.at) == ({"name": "New"}, "admin", NOON)


def test_a_refusal_of_the_domain_becomes_a_message(superuser: Any, customer: Customer) -> None:
    url = f"{CUSTOMERS}{customer.pk}/change/"

    answer = superuser.post(url, shown(superuser.get(url)) | {"email": "nobody"}, follow=True)

    assert [str(one.level_tag) for one in answer.context["messages"]] == ["error"]
    assert Customer.objects.get().email is None


def test_a_deletion_is_shown_first_and_then_done(superuser: Any, customer: Customer) -> None:
    url = f"{CUSTOMERS}{customer.pk}/operations/delete/"

    asked = superuser.get(url)
    labels = [one["label"] for one in asked.context["effects"]]
    assert not Customer.objects.get().is_deleted
    answer = superuser.post(url, dict(asked.context["hidden"]))

    assert "A subscription ends" in labels
    assert answer.status_code == 302
    assert Customer.objects.get().is_deleted
    assert Invoice.objects.get().total_amount_cents == 1100
    page = text(superuser.get(f"{CUSTOMERS}{customer.pk}/change/"))
    assert "operations/delete" not in page


def test_without_its_plan_nothing_is_deleted(superuser: Any, customer: Customer) -> None:
    answer = superuser.post(f"{CUSTOMERS}{customer.pk}/operations/delete/")

    assert answer.status_code == 422
    assert not Customer.objects.get().is_deleted


def test_a_subscription_is_ended(superuser: Any, customer: Customer) -> None:
    row = Subscription.objects.get()
    url = f"/admin/subscriptions/subscription/{row.pk}/operations/end/"

    answer = superuser.post(url, dict(superuser.get(url).context["hidden"]))

    row.refresh_from_db()
    assert (answer.status_code, row.status) == (302, "terminated")
    assert superuser.post(f"/admin/subscriptions/subscription/{row.pk}/change/").status_code == 403
