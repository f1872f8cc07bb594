"""A sandbox that a customer's pages are shown in."""

from __future__ import annotations

from typing import Any

import pytest

from tests.customers.pages import NOON


@pytest.fixture
def sandbox(signed_in: Any) -> Any:
    organization = signed_in.organization
    organization.is_sandbox, organization.sandbox_now = True, NOON
    organization.timezone = "America/New_York"
    organization.save()
    return signed_in
