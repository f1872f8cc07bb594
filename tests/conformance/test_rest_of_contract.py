"""Each operation of the contract's first tier can be answered with success."""

import pytest

from activity.actors import COMMAND
from invoices.lifecycle import InvoiceStatus
from invoices.models import Invoice
from subscriptions.new import NewSubscription
from tests.conformance.rest_of_contract import Server, call_all
from tests.factories import AT, OrganizationFactory, PlanFactory
from workflows.create_customer import create_customer
from workflows.issue_api_key import issue_api_key
from workflows.start_subscription import start_subscription

pytestmark = pytest.mark.django_db(transaction=True)


def failed_invoice(organization):
    """An invoice that has failed before its amounts were known: no request brings one about."""
    values = {"external_id": "failed", "invoice_grace_period": 5}
    customer = create_customer(organization, values, actor=COMMAND, at=AT)
    plan = PlanFactory(organization=organization, amount_cents=3100, pay_in_advance=True)
    asked = NewSubscription(external_id="failed", plan=plan)
    start_subscription(customer, asked=asked, actor=COMMAND, at=AT)
    [draft] = Invoice.objects.filter(customer=customer)
    Invoice.objects.filter(pk=draft.pk).update(status=InvoiceStatus.FAILED)
    return draft


def test_what_a_usual_day_leaves_out_succeeds_too(live_server):
    organization = OrganizationFactory(is_sandbox=True, sandbox_now=AT)
    _, secret = issue_api_key(organization, name="Test", actor=COMMAND, at=AT)
    invoice = failed_invoice(organization)
    server = Server(live_server.url, secret)

    call_all(server, failed_invoice=str(invoice.pk))

    invoice.refresh_from_db()
    assert server.refused == []
    assert sum(what.startswith("DELETE /fees/") for what, _ in server.asked) == 1
    assert (invoice.status, invoice.total_amount_cents) == ("finalized", 3100)
    assert invoice.number.endswith("-001-001")


def test_an_invoice_that_has_not_failed_is_not_retried(live_server):
    organization = OrganizationFactory(is_sandbox=True, sandbox_now=AT)
    _, secret = issue_api_key(organization, name="Test", actor=COMMAND, at=AT)
    invoice = failed_invoice(organization)
    Invoice.objects.filter(pk=invoice.pk).update(status=InvoiceStatus.DRAFT)
    server = Server(live_server.url, secret)

    refusal = server.ask("POST", f"/invoices/{invoice.pk}/retry")

    invoice.refresh_from_db()
    assert (refusal["status"], refusal["code"]) == (405, "invalid_status")
    assert (invoice.status, invoice.number[-6:]) == ("draft", "-DRAFT")
