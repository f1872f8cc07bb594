"""Answers: pages or fragments, done or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory

from billing.errors import DomainError, Forbidden, Invalid, NotAllowed, NotFound
from console.htmx import came_from, done, fragment_of, page_or_fragment
from console.middleware import DomainErrorMiddleware


def asked(method: str = "get", path: str = "/coupons/", **headers: str) -> Any:
    request = getattr(RequestFactory(headers=headers), method)(path)
    request.user = AnonymousUser()
    request.session = {}
    request._messages = FallbackStorage(request)
    return request


def test_a_browser_gets_the_page_and_htmx_its_fragment() -> None:
    context = {"found": [], "searched": "acme"}
    whole = page_or_fragment(asked(), "console/search.html", context)
    part = page_or_fragment(
        asked(**{"HX-Request": "true", "HX-Request-Type": "partial"}),
        "console/search.html",
        context,
        status=422,
    )
    restored = page_or_fragment(
        asked(**{"HX-Request": "true", "HX-Request-Type": "full"}), "console/search.html", context
    )

    assert b"<html" in whole.content
    assert b"<html" in restored.content
    assert b"<html" not in part.content
    assert (whole.status_code, part.status_code) == (200, 422)
    assert whole["Vary"] == "HX-Request, HX-Request-Type, HX-Target"


def test_a_page_with_several_fragments_gives_the_one_that_is_wanted() -> None:
    request = asked(**{"HX-Request": "true", "HX-Target": "div#wanted"})

    response = page_or_fragment(
        request,
        "console/account.html",
        {"found": [], "searched": "zz"},
        fragments={"wanted": "console/_search.html"},
    )

    assert "Nothing found for “zz”." in response.content.decode()


def test_fragments_are_named_after_their_page() -> None:
    assert fragment_of("customers/list.html") == "customers/_list.html"
    assert fragment_of("list.html") == "_list.html"


def test_done_redirects_a_browser_and_tells_what_happened() -> None:
    request = asked("post")

    response = done(request, "Coupon Spring is created.", to="/coupons/7/")

    assert (response.status_code, response["Location"]) == (303, "/coupons/7/")
    assert [str(message) for message in get_messages(request)] == ["Coupon Spring is created."]


def test_done_redirects_htmx_by_a_header() -> None:
    request = asked("post", **{"HX-Request": "true"})

    response = done(request, "Ended.", to="/coupons/7/")

    assert (response.status_code, response["HX-Redirect"]) == (204, "/coupons/7/")


def test_done_may_stay_and_tell_the_page() -> None:
    request = asked("post", **{"HX-Request": "true"})

    response = done(request, "Finalized.", events=["invoice-finalized"], stay=True)

    assert response.status_code == 204
    assert json.loads(response["HX-Trigger"]) == {
        "invoice-finalized": {},
        "console-toast": {"message": "Finalized.", "tone": "success"},
        "console-done": {},
    }
    assert list(get_messages(request)) == []


def test_a_browser_without_scripts_goes_back_where_it_was() -> None:
    request = asked("post", Referer="http://testserver/invoices/?page=2")

    assert done(request, "Finalized.", stay=True)["Location"] == "/invoices/?page=2"


@pytest.mark.parametrize("address", ["http://evil.example/", "", "http://testserver/coupons/"])
def test_only_other_pages_of_ours_are_gone_back_to(address: str) -> None:
    assert came_from(asked(Referer=address)) == "/"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid({"base": ["value_is_invalid"]}, "No."), 422),
        (NotFound("coupon"), 404),
        (Forbidden("no", "No."), 403),
        (NotAllowed("not_voidable", "No."), 409),
        (DomainError("plan_changed", "No."), 409),
    ],
)
def test_a_refusal_of_the_domain_becomes_an_answer(error: DomainError, status: int) -> None:
    middleware = DomainErrorMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]

    page = middleware.process_exception(asked(), error)
    notice = middleware.process_exception(asked(**{"HX-Request": "true"}), error)

    assert page is not None
    assert notice is not None
    assert page.status_code == notice.status_code == status
    assert error.message in page.content.decode()
    assert (notice["HX-Retarget"], notice["HX-Reswap"]) == ("#toasts", "beforeend")
    assert b"<html" not in notice.content


@pytest.mark.parametrize("path", ["/api/v1/coupons", "/admin/"])
def test_refusals_elsewhere_are_left_to_others(path: str) -> None:
    middleware = DomainErrorMiddleware(lambda request: None)  # type: ignore[arg-type, return-value]

    assert middleware.process_exception(asked(path=path), NotFound("coupon")) is None
    assert middleware.process_exception(asked(), ValueError()) is None
