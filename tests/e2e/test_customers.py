"""S1 to S9 and S12: customers are listed, created, seen, edited and locked, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from payments.models import PaymentProvider
from tests.e2e.test_shell import faults
from tests.e2e.walk import NOON, customer_of, seller, subscribed

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any) -> Any:
    return seller(operator_page)


def fill(page: Any, **values: str) -> None:
    """Type into fields by their names."""
    for name, value in values.items():
        page.locator(f"#id_{name}").fill(value)


def choose(page: Any, label: str, typed: str) -> None:
    """Choose the first option that a searchable select finds for `typed`."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(typed)
    page.keyboard.press("Enter")


def test_s1_the_side_menu_has_customers_and_opens_their_list(page: Any) -> None:
    customer_of(page)
    page.goto(page.address + "/")

    page.get_by_role("navigation").get_by_role("link", name="Customers", exact=True).click()

    expect(page.get_by_role("heading", name="Customers")).to_be_visible()
    expect(page.get_by_role("link", name="Hooli")).to_be_visible()
    current = page.locator(".side [aria-current=page]")
    expect(current).to_have_text("Customers")


def test_s2_add_a_customer_stands_in_the_upper_right_corner(page: Any) -> None:
    page.goto(page.address + "/customers/")
    button = page.locator(".head").get_by_role("link", name="Add a customer")

    box, size = button.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] > size["width"] * 0.8
    assert box["y"] < size["height"] * 0.25
    button.click()

    expect(page.get_by_role("heading", name="Add a customer")).to_be_visible()


def test_s3_name_and_external_id_are_required_and_the_id_is_unique(page: Any) -> None:
    customer_of(page, external_id="taken")
    page.goto(page.address + "/customers/new/")

    page.get_by_role("button", name="Create customer").click()
    expect(page.locator("#id_name_error")).to_have_text("This field is required.")
    expect(page.locator("#id_external_id_error")).to_have_text("This field is required.")
    fill(page, name="Second", external_id="taken", legal_name="Typed Ltd.")
    page.get_by_role("button", name="Create customer").click()

    expect(page.locator("#id_external_id_error")).to_have_text(
        "Another customer has this external ID."
    )
    expect(page.locator("#id_legal_name")).to_have_value("Typed Ltd.")
    assert Customer.objects.count() == 1


def test_s3_the_external_id_of_a_deleted_customer_is_free(page: Any) -> None:
    customer_of(page, deleted_at=NOON)
    page.goto(page.address + "/customers/new/")

    fill(page, name="Second", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.get_by_text("Customer Second is created.")).to_be_visible()


def test_s4_the_time_zone_is_searched_and_an_empty_one_says_what_it_inherits(page: Any) -> None:
    page.goto(page.address + "/customers/new/")
    box = page.get_by_role("combobox", name="Time zone", exact=True)

    expect(box).to_have_attribute(
        "placeholder", "As the organization: America/New_York (UTC−04:00)"
    )
    box.fill("tokyo")
    expect(page.get_by_role("option", name="Asia/Tokyo")).to_contain_text("UTC+09:00")
    page.keyboard.press("Enter")
    fill(page, name="Hooli", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.locator(".head")).to_contain_text("Asia/Tokyo")
    assert Customer.objects.get().timezone == "Asia/Tokyo"


def test_s5_billing_information_is_kept(page: Any) -> None:
    page.goto(page.address + "/customers/new/")

    fill(
        page, name="Hooli", external_id="hooli", legal_name="Hooli Inc.", legal_number="HRB 1",
        tax_identification_number="DE1", email="a@hooli.example, b@hooli.example", phone="+49 30",
        url="https://hooli.example", address_line1="1 Road", zipcode="10115", city="Berlin",
    )  # fmt: skip
    choose(page, "Currency", "euro")
    page.locator("#field-country").get_by_role("combobox").fill("germany")
    page.keyboard.press("Enter")
    page.get_by_label("The shipping address is the same").uncheck()
    fill(page, shipping_city="Potsdam")
    page.get_by_role("button", name="Create customer").click()
    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()

    made = Customer.objects.get()
    assert (made.currency, made.country, made.city) == ("EUR", "DE", "Berlin")
    assert (made.shipping_city, made.shipping_address_line1) == ("Potsdam", None)
    assert made.email == "a@hooli.example, b@hooli.example"


def test_s6_a_default_payment_provider_is_chosen(page: Any) -> None:
    PaymentProvider.objects.create(
        organization=page.organization, kind="manual", name="Bank transfer", code="bank",
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    page.goto(page.address + "/customers/new/")

    fill(page, name="Hooli", external_id="hooli", provider_customer_id="c-77")
    choose(page, "Default payment provider", "bank")
    page.get_by_role("button", name="Create customer").click()
    page.get_by_role("link", name="Settings", exact=True).first.click()

    page.goto(page.address + f"/customers/{Customer.objects.get().pk}/settings/")
    expect(page.locator("main")).to_contain_text("Bank transfer (Manual)")
    expect(page.locator("main")).to_contain_text("c-77")


def test_s7_create_customer_says_so_and_opens_the_customer(page: Any) -> None:
    page.goto(page.address + "/customers/new/")

    fill(page, name="Hooli", external_id="hooli")
    page.get_by_role("button", name="Create customer").click()

    expect(page.get_by_text("Customer Hooli is created.")).to_be_visible()
    expect(page.get_by_role("heading", name="Hooli", level=1)).to_be_visible()
    assert page.url == f"{page.address}/customers/{Customer.objects.get().pk}/"


def test_s8_every_unlocked_field_can_be_edited(page: Any) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Edit customer").click()
    fill(page, name="Hooli Analytics", external_id="hooli-2", city="Berlin")
    choose(page, "Currency", "yen")
    page.get_by_role("button", name="Save customer").click()
    expect(page.get_by_text("Hooli Analytics is saved.")).to_be_visible()

    customer.refresh_from_db()
    assert (customer.name, customer.external_id) == ("Hooli Analytics", "hooli-2")
    assert (customer.city, customer.currency) == ("Berlin", "JPY")


def test_s9_external_id_and_currency_are_locked_with_a_reason_that_leads_there(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/edit/")

    expect(page.locator("#id_external_id")).to_be_disabled()
    expect(page.locator("#id_currency")).to_be_disabled()
    reason = page.locator("#field-external_id .locked")
    expect(reason).to_have_text("Locked by 1 subscription.")
    reason.get_by_role("link", name="1 subscription").click()

    expect(page.get_by_role("link", name="Scale")).to_be_visible()


def test_s9_a_forged_change_is_refused(page: Any) -> None:
    customer = customer_of(page)
    subscribed(page, customer)
    page.goto(f"{page.address}/customers/{customer.pk}/edit/")

    page.evaluate(
        """() => {
            document.getElementById("id_external_id").disabled = false;
            document.getElementById("id_external_id").value = "forged";
        }"""
    )
    page.get_by_role("button", name="Save customer").click()

    expect(page.locator("#id_external_id_error")).to_have_text("This cannot be changed any more.")
    assert Customer.objects.get().external_id == "hooli"


def test_s12_actions_stands_in_the_upper_right_with_its_six_entries(page: Any) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")
    button = page.get_by_role("button", name="Actions", exact=True)

    box, size = button.bounding_box(), page.viewport_size
    assert box["x"] + box["width"] > size["width"] * 0.8
    assert box["y"] < size["height"] * 0.25
    button.click()

    entries = page.get_by_role("menu", name="Actions", exact=True).get_by_role("menuitem")
    expect(entries).to_have_text(
        [
            "Add a plan",
            "Apply coupon",
            "Create one-off invoice",
            "Add wallet & credits",
            "Edit customer",
            "Delete customer",
        ]
    )


@pytest.mark.parametrize(
    ("entry", "heading"),
    [
        ("Add a plan", "Add a plan"),
        ("Apply coupon", "Apply a coupon to Hooli"),
        ("Create one-off invoice", "Create one-off invoice"),
        ("Add wallet & credits", "Add wallet & credits"),
        ("Edit customer", "Edit Hooli"),
        ("Delete customer", "Delete Hooli?"),
    ],
)
def test_s12_each_entry_opens_its_page(page: Any, entry: str, heading: str) -> None:
    customer = customer_of(page)
    page.goto(f"{page.address}/customers/{customer.pk}/")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name=entry).click()

    expect(page.get_by_role("heading", name=heading).first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_accessible_and_fit(page: Any, scheme: str, width: int) -> None:
    customer = customer_of(page)
    subscription = subscribed(page, customer)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    one, other = f"/customers/{customer.pk}/", f"/subscriptions/{subscription.pk}/"
    paths = [
        "/customers/", "/customers/new/", one, f"{one}overview/", f"{one}timeline/",
        f"{one}settings/", f"{one}edit/", f"{one}delete/", f"{one}subscriptions/new/",
        "/subscriptions/", other, f"{other}edit/", f"{other}change-plan/", f"{other}end/",
    ]  # fmt: skip

    found = {}
    for path in paths:
        page.goto(page.address + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[path] = (faults(page), wide)

    assert found == dict.fromkeys(paths, ([], width))
