"""S11, S21 and S22 in a real browser: one-off invoices, what a deleted customer leaves, notes afterwards."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from activity.actors import SYSTEM
from billing.credits import NoteItem
from invoices.models import CreditNote, Fee, Invoice
from tests.e2e.accessibility import faults_of_pages
from tests.factories import AddOnFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox
from workflows.delete_customer import delete_customer
from workflows.issue_credit_note import NewCreditNote, issue_credit_note

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(operator_page: Any) -> Any:
    organization = sandbox(operator_page.organization)
    return a_customer(organization, name="Hooli", external_id="hooli")


def credited(invoice: Invoice) -> CreditNote:
    asked = NewCreditNote(items=[NoteItem(invoice.fees.get().pk, 500)], credit_cents=600)
    return issue_credit_note(invoice, asked=asked, actor=SYSTEM, at=NOW)


def test_s11_a_one_off_invoice_shows_its_total_before_it_is_issued(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    for name, code, cents in (("Onboarding", "onboarding", 150000), ("Hour", "hour", 12000)):
        AddOnFactory(organization=page.organization, name=name, code=code, amount_cents=cents)
    page.goto(f"{page.address}/customers/{customer.pk}/")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Create one-off invoice").click()

    choose(page, 0, "Onboarding")
    expect(page.locator("#one-off-total")).to_contain_text("€1,800.00")
    page.get_by_role("button", name="Add a line").click()
    choose(page, 1, "Hour")
    page.locator("#id_lines-1-units").fill("2.5")
    expect(page.locator("#one-off-total")).to_contain_text("€2,160.00")
    assert Invoice.objects.count() == 0
    page.get_by_role("button", name="Create invoice").click()

    expect(page.get_by_text("is issued to Hooli.")).to_be_visible()
    invoice = Invoice.objects.get()
    assert (invoice.total_amount_cents, invoice.invoice_type) == (216000, "one_off")
    assert page.url.endswith(f"/invoices/{invoice.pk}/")


def choose(page: Any, number: int, name: str) -> None:
    """Choose an add-on in a line, in the select that one can search in."""
    line = page.locator("[data-row]").nth(number)
    line.get_by_role("combobox", name="Add-on").click()
    line.get_by_role("option", name=name).click()


def test_s21_documents_of_a_deleted_customer_remain(operator_page: Any, customer: Any) -> None:
    page = operator_page
    invoice = paid(one_off(customer))
    note = credited(invoice)
    delete_customer(customer, actor=SYSTEM, at=NOW)

    page.goto(page.address + "/invoices/")
    expect(page.locator("#invoice-list")).to_contain_text("Deleted customer")
    page.get_by_role("link", name=invoice.number).click()
    expect(page.get_by_role("heading", name=invoice.number)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Deleted customer")
    page.get_by_role("link", name=note.number).click()
    expect(page.get_by_role("heading", name=note.number)).to_be_visible()
    page.goto(page.address + "/credit-notes/")
    page.get_by_label("Customer", exact=True).select_option("deleted")
    expect(page.locator("#credit-note-list .chip")).to_have_count(1)
    expect(page.get_by_role("link", name=note.number)).to_be_visible()


def test_s22_a_credit_note_with_a_refund_is_issued_after_the_deletion(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    invoice = paid(one_off(customer))
    delete_customer(customer, actor=SYSTEM, at=NOW)

    page.goto(f"{page.address}/invoices/{invoice.pk}/")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Issue a credit note").click()
    expect(page.locator("#credit-note-estimate")).to_contain_text("€12.00")
    page.get_by_label("Set-up").fill("5")
    expect(page.locator("#credit-note-estimate")).to_contain_text("€6.00")
    page.get_by_text("Refund what was paid").click()
    page.get_by_label("Reason").select_option("order_change")
    page.get_by_role("button", name="Issue credit note").click()

    expect(page.get_by_text("Refund pending").first).to_be_visible()
    note = CreditNote.objects.get()
    assert (note.refund_amount_cents, note.reason) == (600, "order_change")


def test_an_amount_is_explained_in_a_drawer_down_to_its_events(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    invoice = billed(customer)
    page.goto(f"{page.address}/invoices/{invoice.pk}/")

    page.get_by_role("link", name="Explain this amount: Calls").click()

    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Number of events")
    expect(drawer).to_contain_text("€3.00")
    expect(drawer.get_by_role("row", name="sub-2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_a_draft_is_finalized_in_a_dialog_that_says_what_happens(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    draft = billed(customer, grace=30)
    page.goto(f"{page.address}/invoices/{draft.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Finalize invoice").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("€15.60")
    dialog.get_by_role("button", name="Finalize invoice").click()

    expect(page.get_by_text(re.compile(r"^Invoice .+ is finalized\.$"))).to_be_visible()
    assert Invoice.objects.get().status == "finalized"


def test_voiding_shows_other_effects_when_another_way_is_chosen(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    invoice = one_off(customer)
    page.goto(f"{page.address}/invoices/{invoice.pk}/void/")

    expect(page.locator("#chosen .effects li")).to_have_count(1)
    page.get_by_text("Leave a credit note").click()
    expect(page.locator("#chosen")).to_contain_text("A credit note is issued")
    page.get_by_role("button", name="Void invoice").click()

    expect(page.get_by_text(f"Invoice {invoice.number} is voided.")).to_be_visible()
    assert Invoice.objects.get().status == "voided"


def test_pages_are_accessible_and_fit(operator_page: Any, customer: Any) -> None:
    page = operator_page
    invoice, single = billed(customer), paid(one_off(customer))
    note, fee = credited(single), Fee.objects.get(invoice=invoice, fee_type="charge")
    own = f"/invoices/{invoice.pk}/"
    addresses = ["/invoices/", "/invoices/failures/", "/credit-notes/", "/analytics/", own]
    addresses += [f"{own}fees/{fee.pk}/", f"{own}void/", f"{own}metadata/", f"{own}dispute/"]
    addresses += [f"{own}credit-notes/new/", f"/credit-notes/{note.pk}/"]
    addresses += [f"/customers/{customer.pk}/one-off-invoice/", "/settings/", "/settings/edit/"]
    addresses += ["/settings/members/", "/settings/members/new/"]

    assert faults_of_pages(page, addresses) == {}
