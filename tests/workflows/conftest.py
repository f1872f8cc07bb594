"""A customer in a sandbox, taxed at 20 %."""

import pytest

from tests.factories import CustomerFactory, OrganizationFactory, TaxFactory


@pytest.fixture
def customer():
    organization = OrganizationFactory(is_sandbox=True)
    TaxFactory(organization=organization, rate=20, applied_to_organization=True)
    return CustomerFactory(organization=organization, currency="EUR")
