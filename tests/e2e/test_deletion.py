"""S16 to S20 and S23: a customer is deleted as planned, and its external ID is used again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from activity.actors import COMMAND
from coupons.models import AppliedCoupon
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from subscriptions.models import Subscription
from tests.e2e.accessibility import faults
from tests.e2e.walk import BEGUN, customer_of, seller, subscribed
from tests.factories import AppliedCouponFactory
from wallets.models import Wallet, WalletTransaction
from wallets.operations import wallets
from wallets.operations.transactions import TopUp, grant

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


@pytest.fixture
def customer(page: Any) -> Customer:
    return customer_of(page)


def with_wallet(customer: Customer, name: str, credits: int) -> Wallet:
    columns = {"name": name, "currency": "EUR", "rate_amount": Decimal(2)}
    wallet = wallets.create(customer, columns=columns, actor=COMMAND, at=BEGUN)
    grant(wallet, top_up=TopUp(credits=Decimal(credits)), actor=COMMAND, at=BEGUN)
    return wallet


def open_plan(page: Any, customer: Customer) -> Any:
    page.goto(f"{page.address}/customers/{customer.pk}/")
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Delete customer").click()
    expect(page.locator("#deletion")).to_be_visible()
    return page.locator("#deletion")


def confirm(page: Any) -> None:
    typed = page.get_by_label("Type hooli to confirm")
    if typed.count():
        typed.fill("hooli")
    page.get_by_role("button", name="Delete customer").click()
    expect(page.locator("#receipt")).to_be_visible()


def test_s16_a_customer_with_everything_is_deleted(page: Any, customer: Customer) -> None:
    subscribed(page, customer)
    AppliedCouponFactory(customer=customer)
    with_wallet(customer, "Prepaid", 10)
    deletion = open_plan(page, customer)

    expect(deletion).to_contain_text("What ends")
    expect(deletion).to_contain_text("What stays")
    assert faults(page) == []
    page.get_by_label("Reason").fill("They left")
    confirm(page)

    expect(page.get_by_text("Hooli is deleted.")).to_be_visible()
    expect(page.locator("#receipt")).to_contain_text("They left")
    expect(page.get_by_role("button", name="Actions", exact=True)).to_be_hidden()
    assert faults(page) == []
    assert Customer.objects.get().deletion_reason == "They left"


def test_s16_a_customer_without_anything_is_deleted(page: Any, customer: Customer) -> None:
    open_plan(page, customer)

    confirm(page)

    assert Customer.objects.get().is_deleted


def test_s17_subscriptions_end_with_invoices_and_credit_notes(
    page: Any, customer: Customer
) -> None:
    subscribed(page, customer, name="Ahead", amount_cents=31000, pay_in_advance=True)
    deletion = open_plan(page, customer)

    expect(deletion).to_contain_text("Credit notes that will be issued")
    expect(deletion.locator(".document", has_text="A credit note is issued")).to_contain_text(
        "€240.00"  # 20 of 31 days of 310, with 20 % tax
    )
    confirm(page)

    assert Subscription.objects.get().status == "terminated"
    assert CreditNote.objects.get().total_amount_cents == 24000
    expect(page.locator("#receipt")).to_contain_text(CreditNote.objects.get().number)


def test_s18_applied_coupons_end(page: Any, customer: Customer) -> None:
    AppliedCouponFactory(customer=customer, coupon__name="Five off")
    AppliedCouponFactory(customer=customer, coupon__name="Ten off")
    deletion = open_plan(page, customer)

    for name in ("Five off", "Ten off"):
        expect(deletion).to_contain_text(f"Coupon {name} ends")
    confirm(page)

    assert set(AppliedCoupon.objects.values_list("status", flat=True)) == {"terminated"}


def test_s19_wallets_end_and_their_credits_are_voided(page: Any, customer: Customer) -> None:
    with_wallet(customer, "First", 10)
    with_wallet(customer, "Second", 4)
    deletion = open_plan(page, customer)

    expect(deletion.locator("li", has_text="Wallet First ends")).to_contain_text("10 credits are voided")  # fmt: skip
    expect(deletion.locator("li", has_text="Wallet First ends")).to_contain_text("€20.00")
    expect(deletion.locator("li", has_text="Wallet Second ends")).to_contain_text("€8.00")
    confirm(page)

    assert set(Wallet.objects.values_list("status", "balance_cents")) == {("terminated", 0)}
    voided = WalletTransaction.objects.filter(kind="voided").values_list("credit_amount", flat=True)
    assert sorted(voided) == [4, 10]


def test_s20_drafts_are_finalized(page: Any, customer: Customer) -> None:
    customer.invoice_grace_period = 30
    customer.save()
    subscribed(page, customer, name="Ahead", amount_cents=31000, pay_in_advance=True)
    assert Invoice.objects.get().status == "draft"
    deletion = open_plan(page, customer)

    expect(deletion).to_contain_text("Drafts that will be finalized")
    expect(deletion).to_contain_text("€372.00")
    confirm(page)

    assert set(Invoice.objects.values_list("status", flat=True)) == {"finalized"}


def test_what_has_changed_meanwhile_is_shown_and_nothing_is_deleted(
    page: Any, customer: Customer
) -> None:
    subscribed(page, customer)
    deletion = open_plan(page, customer)
    AppliedCouponFactory(customer=customer, coupon__name="Late")

    page.get_by_label("Type hooli to confirm").fill("hooli")
    page.get_by_role("button", name="Delete customer").click()
    expect(deletion).to_contain_text("Something has changed since this was shown.")
    expect(deletion.locator(".alert")).to_contain_text("Coupon Late ends")
    assert not Customer.objects.get().is_deleted
    confirm(page)

    assert Customer.objects.get().is_deleted


def test_s23_the_same_external_id_is_used_again_and_sees_nothing_of_the_old(
    page: Any, customer: Customer
) -> None:
    subscribed(page, customer)
    open_plan(page, customer)
    confirm(page)

    page.get_by_role("link", name="Create again with the same external ID").click()
    expect(page.locator("#id_external_id")).to_have_value("hooli")
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()

    again = Customer.objects.kept().get()
    assert (again.external_id, again.pk == customer.pk) == ("hooli", False)
    for tab, empty in (("invoices", "No invoices yet"), ("overview", "No subscriptions yet"), ("usage", "Nothing is being used")):  # fmt: skip
        page.goto(f"{page.address}/customers/{again.pk}/{tab}/")
        expect(page.locator("main")).to_contain_text(empty)
    page.goto(f"{page.address}/customers/?status=deleted")
    expect(page.locator("#customer-list tbody tr")).to_have_count(1)
