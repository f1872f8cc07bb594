"""Coupons and wallets in a real browser: dialogs, fields that come and go, figures while one types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from coupons.models import AppliedCoupon, Coupon
from tests.e2e.accessibility import faults_of_pages
from tests.factories import AppliedCouponFactory, CouponFactory, CustomerFactory
from tests.wallets.ledgers import balance, open_wallet, spend
from wallets.models import Wallet

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def customer(operator_page: Any) -> Any:
    return CustomerFactory(organization=operator_page.organization, name="Hooli", currency="EUR")


@pytest.fixture
def wallet(customer: Any) -> Any:
    return open_wallet("100", customer=customer, name="Prepaid")


def test_pages_are_accessible_and_fit(operator_page: Any, customer: Any, wallet: Any) -> None:
    page = operator_page
    coupon = CouponFactory(organization=page.organization)
    AppliedCouponFactory(coupon=coupon, customer=customer)
    spend(wallet, 100)
    addresses = [
        "/coupons/",
        "/coupons/new/",
        f"/coupons/{coupon.pk}/",
        f"/coupons/{coupon.pk}/edit/",
    ]
    addresses += [f"/customers/{customer.pk}/{name}/" for name in ("coupons", "wallets")]
    addresses += [f"/customers/{customer.pk}/{name}/" for name in ("coupons/apply", "wallets/new")]
    addresses += [f"/wallets/{wallet.pk}/{name}" for name in ("", "edit/", "top-up/", "terminate/")]

    assert faults_of_pages(page, addresses) == {}


def test_a_coupon_is_created_with_the_fields_that_its_kind_needs(operator_page: Any) -> None:
    page = operator_page
    page.goto(page.address + "/coupons/new/")
    page.locator("#id_name").fill("Ten percent")
    page.get_by_label("Code").fill("ten")

    expect(page.locator("#id_amount")).to_be_visible()
    expect(page.locator("#id_percentage_rate")).to_be_hidden()
    page.get_by_text("A percentage").click()
    expect(page.locator("#id_amount")).to_be_hidden()
    page.locator("#id_percentage_rate").fill("10")
    page.get_by_text("For some periods").click()
    page.get_by_label("Number of billing periods").fill("3")
    page.get_by_role("button", name="Create a coupon").click()

    expect(page.get_by_text("Coupon Ten percent is created.")).to_be_visible()
    expect(page.get_by_text("10% off for 3 periods").first).to_be_visible()
    assert Coupon.objects.get().percentage_rate == 10


def test_s11_a_coupon_is_applied_in_a_dialog_with_a_copy_of_its_terms(
    operator_page: Any, customer: Any
) -> None:
    page = operator_page
    CouponFactory(organization=page.organization, name="Five off")
    page.goto(f"{page.address}/customers/{customer.pk}/coupons/")

    page.get_by_role("link", name="Apply coupon").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="Coupon").click()
    dialog.get_by_role("option", name="Five off").click()
    amount = dialog.get_by_label("Amount")
    expect(amount).to_have_value("5.00")
    amount.fill("")
    dialog.get_by_role("button", name="Apply coupon").click()
    expect(dialog.get_by_text("This field is required.").first).to_be_visible()
    assert AppliedCoupon.objects.count() == 0
    dialog.get_by_label("Amount").fill("3.50")
    dialog.get_by_role("button", name="Apply coupon").click()

    expect(page.get_by_text("Coupon Five off is applied to Hooli.")).to_be_visible()
    expect(page.get_by_text("€3.50 off once")).to_be_visible()
    assert AppliedCoupon.objects.get().amount_cents == 350


def test_a_coupon_is_taken_off_in_a_dialog(operator_page: Any, customer: Any) -> None:
    page = operator_page
    coupon = CouponFactory(organization=page.organization, name="Five off")
    AppliedCouponFactory(coupon=coupon, customer=customer)
    page.goto(f"{page.address}/customers/{customer.pk}/coupons/")

    page.get_by_role("link", name="Remove Five off").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove coupon").click()

    expect(page.get_by_text("Coupon Five off is taken off Hooli.")).to_be_visible()
    assert AppliedCoupon.objects.get().status == "terminated"


def test_s11_a_wallet_is_opened_with_a_recurring_top_up(operator_page: Any, customer: Any) -> None:
    page = operator_page
    page.goto(f"{page.address}/customers/{customer.pk}/wallets/")

    page.get_by_role("link", name="Add wallet & credits").click()
    page.locator("#id_name").fill("Prepaid")
    page.locator("#id_granted_credits").fill("12.5")
    expect(page.locator("#id_rule_interval")).to_be_hidden()
    page.get_by_text("At an interval").click()
    expect(page.locator("#id_rule_interval")).to_be_visible()
    page.locator("#id_rule_granted_credits").fill("3")
    page.get_by_role("button", name="Add wallet & credits").click()

    expect(page.get_by_text("Wallet Prepaid is opened for Hooli.")).to_be_visible()
    expect(page.get_by_text("Every month")).to_be_visible()
    assert balance(Wallet.objects.get()) == (1250, "12.5")


def test_credits_are_voided_in_a_dialog_that_says_their_worth(
    operator_page: Any, wallet: Any
) -> None:
    page = operator_page
    page.goto(f"{page.address}/wallets/{wallet.pk}/")

    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Void credits").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Credits to void").fill("14.28444")
    expect(dialog.get_by_text("€14.28 voided")).to_be_visible()
    dialog.get_by_role("button", name="Void credits").click()

    expect(page.get_by_text("14.28444 credits of Prepaid are voided.")).to_be_visible()
    assert balance(wallet) == (8572, "85.71556")


def test_a_wallet_is_terminated_in_a_dialog(operator_page: Any, wallet: Any) -> None:
    page = operator_page
    page.goto(f"{page.address}/wallets/{wallet.pk}/")

    page.get_by_role("button", name="Actions").click()
    page.get_by_role("menuitem", name="Terminate wallet").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("100 credits are voided")).to_be_visible()
    dialog.get_by_role("button", name="Terminate wallet").click()

    expect(page.get_by_text("Wallet Prepaid is terminated.")).to_be_visible()
    wallet.refresh_from_db()
    assert (wallet.status, wallet.credits_balance) == ("terminated", Decimal(0))
