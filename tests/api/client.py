"""A client of the API for tests: JSON in, (status, JSON) out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from activity.actors import COMMAND
from organizations.models import Organization
from tests.factories import AT
from workflows.issue_api_key import issue_api_key


class ApiClient:
    """Asks as one organization, with a key of its own."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.key, self.secret = issue_api_key(organization, name="Test", actor=COMMAND, at=AT)
        self.client = Client()

    def get(self, path: str, **parameters: Any) -> tuple[int, Any]:
        return self._read(self.request("GET", path, parameters=parameters))

    def post(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self._read(self.request("POST", path, body, headers))

    def put(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self._read(self.request("PUT", path, body, headers))

    def delete(self, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        return self._read(self.request("DELETE", path, body, headers))

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Send `body` as JSON (bytes as they are) and return the whole response."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        return self.client.generic(
            method,
            f"/api/v1{path}",
            sent,
            content_type="application/json",
            query_params=parameters or None,
            headers={"Authorization": f"Bearer {self.secret}", **named},
        )

    @staticmethod
    def _read(response: HttpResponse) -> tuple[int, Any]:
        return response.status_code, json.loads(response.content) if response.content else None
