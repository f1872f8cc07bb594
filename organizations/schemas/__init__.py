"""The organization, its billing entity and its clock on the wire."""

from organizations.schemas.billing_entities import (
    BillingEntityIn,
    BillingEntityOut,
    billing_entity_out,
)
from organizations.schemas.organizations import (
    ClockIn,
    ClockOut,
    OrganizationIn,
    OrganizationOut,
    clock_out,
    organization_out,
)

__all__ = [
    "BillingEntityIn",
    "BillingEntityOut",
    "ClockIn",
    "ClockOut",
    "OrganizationIn",
    "OrganizationOut",
    "billing_entity_out",
    "clock_out",
    "organization_out",
]
