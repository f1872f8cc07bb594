"""A sandbox with a customer."""

from __future__ import annotations

from typing import Any

import pytest

from customers.models import Customer
from tests.factories import (
    CustomerFactory,
)
from tests.subscriptions.pages import NOON


@pytest.fixture
def sandbox(signed_in: Any) -> Any:
    organization = signed_in.organization
    organization.is_sandbox, organization.sandbox_now = True, NOON
    organization.save()
    return signed_in


@pytest.fixture
def customer(sandbox: Any) -> Customer:
    return CustomerFactory(organization=sandbox.organization, external_id="hooli", name="Hooli")
