"""What every answer carries, whatever its address."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/no-such-page", 404),
        ("/api/v1/customers", 401),
        ("/api/v1/openapi.json", 200),
        ("/admin/login/", 302),
        ("/sign-in/", 200),
    ],
)
def test_every_answer_narrows_what_the_browser_may_do(
    client: Client, path: str, status: int
) -> None:
    response = client.get(path)

    assert response.status_code == status
    said = {part.strip() for part in response["Content-Security-Policy"].split(";")}
    assert said == {part.strip() for part in POLICY.split(";")}
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_a_request_keeps_the_id_that_a_proxy_gave_it(client: Client) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": "edge-0123456789"})

    assert response["X-Request-Id"] == "edge-0123456789"


@pytest.mark.django_db
def test_an_id_that_could_forge_a_log_line_is_replaced(client: Client) -> None:
    response = client.get("/healthz", headers={"X-Request-Id": 'x" injected'})

    assert response["X-Request-Id"] != 'x" injected'
    assert len(response["X-Request-Id"]) == 32


def test_the_health_check_says_when_the_database_is_gone(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        from django.db import OperationalError

        raise OperationalError("connection refused")

    monkeypatch.setattr("billing_admin.health.connection.cursor", refuse)
    response = client.get("/healthz")

    assert response.status_code == 503


def test_the_health_check_changes_nothing(client: Client) -> None:
    assert client.post("/healthz").status_code == 405


def test_a_log_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    import json

    from django.conf import settings

    handler = logging.config.dictConfigClass(settings.LOGGING)
    formatter = handler.configure_formatter(settings.LOGGING["formatters"]["json"])
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Broken: %s", ("\n",), None)

    line = json.loads(formatter.format(record))

    assert line["event"] == "Broken: \n"
    assert (line["level"], line["logger"]) == ("error", "django.request")


@pytest.mark.django_db
def test_pages_are_compressed_and_answers_of_the_api_are_not(client: Client) -> None:
    takes = {"Accept-Encoding": "gzip, br"}

    page = client.get("/sign-in/", headers=takes)
    contract = client.get("/api/v1/openapi.json", headers=takes)

    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < len(client.get("/sign-in/").content) / 2
    assert "Content-Encoding" not in contract
