"""The console's frame in a real browser: no violation, no fault of access, keys, dialogs, lists."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.accessibility import faults, faults_of_pages

STYLEGUIDE = "/console/styleguide/"

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(operator_page: Any, signed_in: Any) -> Any:
    """A staff member's page."""
    operator = signed_in.membership.operator
    operator.is_staff = True
    operator.save()
    return operator_page


def test_every_component_is_accessible(page: Any) -> None:
    assert faults_of_pages(page, [STYLEGUIDE]) == {}


def test_pages_of_a_stranger_and_of_nothing_are_accessible(page: Any) -> None:
    page.goto(page.address + "/nowhere/")
    of_nothing = faults(page)
    page.context.clear_cookies()
    page.goto(page.address + "/account/")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()

    expect(page.get_by_label("E-mail")).to_be_focused()
    assert of_nothing == faults(page) == []


def test_open_menus_and_dialogs_are_accessible(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)
    page.get_by_role("button", name="Actions", exact=True).click()
    with_menu = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("#hits a")).to_have_count(13)

    assert with_menu == faults(page) == []


def test_a_menu_works_by_keyboard(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)
    button = page.get_by_role("button", name="Actions", exact=True)

    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Add a plan")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Apply coupon")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Delete customer")).to_be_focused()
    page.keyboard.press("Escape")

    expect(button).to_be_focused()
    expect(page.get_by_role("menuitem", name="Delete customer")).to_be_hidden()


def test_the_menu_opens_below_its_button(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)
    button = page.get_by_role("button", name="Actions", exact=True)
    button.click()

    box, above = (
        page.get_by_role("menu", name="Actions", exact=True).bounding_box(),
        button.bounding_box(),
    )

    assert abs(box["x"] + box["width"] - above["x"] - above["width"]) < 2
    assert 0 < box["y"] - above["y"] - above["height"] < 10


def test_a_list_is_searched_in_place_and_its_address_can_be_shared(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)

    page.locator("#sample-list-q").press_sequentially("globex")
    expect(page.locator("#sample-list tbody tr")).to_have_count(11)
    expect(page.locator("#sample-list-q")).to_be_focused()
    page.get_by_role("link", name="MRR").click()
    expect(page.locator("#sample-list [aria-sort=descending]")).to_have_text("MRR")
    shared = page.url
    page.get_by_label("Status").select_option("active")
    expect(page.locator("#sample-list .chip")).to_have_count(2)
    page.go_back()
    expect(page.locator("#sample-list .chip")).to_have_count(1)

    assert shared == f"{page.address}{STYLEGUIDE}?q=globex&sort=-mrr"
    page.goto(shared)
    expect(page.locator("#sample-list tbody tr")).to_have_count(11)


def test_the_palette_goes_anywhere(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)

    page.keyboard.press("Control+k")
    page.keyboard.type("credit")
    expect(page.locator("#hits a")).to_have_count(1)
    page.keyboard.press("ArrowDown")

    expect(page.locator("#hits a", has_text="Credit notes")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.locator("main").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_a_select_can_be_searched(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)
    box = page.get_by_role("combobox", name="Time zone")

    box.click()
    page.keyboard.type("new york")
    page.keyboard.press("Enter")

    assert box.input_value() == "America/New_York (UTC−04:00)"
    assert page.eval_on_selector("#id_timezone", "one => one.value") == "America/New_York"


def test_rows_are_added_and_removed_in_place(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)

    page.get_by_role("button", name="Add metadata").click()
    page.keyboard.type("third")
    page.locator("[data-row-remove] button").first.click()

    assert page.input_value("[name=metadata-2-key]") == "third"
    assert page.input_value("[name=metadata-TOTAL_FORMS]") == "3"
    assert page.is_checked("[name=metadata-0-DELETE]")
    expect(page.locator("[name=metadata-0-key]")).to_be_hidden()


def test_the_first_error_has_the_focus(page: Any) -> None:
    page.goto(page.address + "/account/")

    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("a good one indeed")
    with page.expect_response("**/account/password/") as answered:
        page.get_by_role("button", name="Change password").click()
    page.wait_for_load_state()

    assert answered.value.status == 422
    expect(page.get_by_label("Present password")).to_be_focused()
    assert faults(page) == []


def test_the_theme_changes_at_once_and_stays(page: Any) -> None:
    page.goto(page.address + "/account/")

    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.get_attribute("html", "data-theme") == "dark"
    page.reload()

    assert page.get_attribute("html", "data-theme") == "dark"


def test_the_menu_collapses_on_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(page.address + "/account/")
    customers = page.get_by_role("link", name="Customers", exact=True)

    expect(customers).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()

    expect(customers).to_be_visible()


def test_htmx_sends_the_token_that_forms_need(page: Any) -> None:
    page.goto(page.address + "/account/")

    sent = page.evaluate(
        """async () => {
            const button = document.createElement("button");
            button.setAttribute("hx-post", "/theme/");
            document.querySelector("main").append(button);
            htmx.process(button);
            return await new Promise((done) => {
                document.addEventListener("htmx:config:request", (event) => {
                    done(event.detail.ctx.request.headers["X-CSRFToken"]);
                    event.preventDefault();
                });
                button.click();
            });
        }"""
    )

    assert len(sent) == 64


def test_everything_is_there_without_scripts(browser: Any, live_server: Any, ada: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{live_server.url}/account/")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Name").fill("Ada Kern")
    page.get_by_role("button", name="Save name").click()
    expect(page.get_by_text("Your name is saved.")).to_be_visible()
    page.get_by_role("searchbox", name="Search everything").fill("plan")
    page.keyboard.press("Enter")
    expect(page.locator(".hits").get_by_role("link", name="Plans")).to_be_visible()
    page.goto(f"{live_server.url}{STYLEGUIDE}?q=globex")
    expect(page.locator("#sample-list tbody tr")).to_have_count(11)
    page.get_by_role("button", name="Actions", exact=True).click()
    expect(page.get_by_role("menuitem", name="Add a plan")).to_be_visible()
    context.close()


@pytest.fixture
def ada(transactional_db: None) -> Any:
    from tests.factories import MembershipFactory, OperatorFactory

    operator = OperatorFactory(email="ada@example.com", is_staff=True)
    operator.set_password("correct horse battery")
    operator.save()
    MembershipFactory(operator=operator)
    return operator


def test_a_dialog_asks_refuses_and_closes_when_it_is_done(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)
    dialog = page.locator("#dialog")

    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("menuitem", name="Delete customer").click()
    expect(dialog.get_by_label("Type cus_8KQ2 to confirm")).to_be_focused()
    assert faults(page) == []
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("This is not the external ID.")).to_be_visible()
    dialog.get_by_label("Type cus_8KQ2 to confirm").fill("stale")
    page.keyboard.press("Enter")
    expect(dialog.get_by_text("Something has changed since. Look again.")).to_be_visible()
    dialog.get_by_label("Type cus_8KQ2 to confirm").fill("cus_8KQ2")
    dialog.get_by_role("button", name="Delete customer").click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text("The sample customer is deleted.")


def test_a_drawer_shows_without_leaving_the_page(page: Any) -> None:
    page.goto(page.address + STYLEGUIDE)

    page.get_by_role("link", name="Open drawer").click()
    expect(page.get_by_role("dialog", name="API calls")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")

    expect(page.locator("#drawer")).to_be_hidden()
