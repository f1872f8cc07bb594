"""What the list of customers may be narrowed down to."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from ninja import Schema

from api.parsing import bracketed
from api.requests import ApiRequest
from customers.models import Customer
from organizations.models.organization import DEFAULT_ENTITY


class CustomerFilters(Schema):
    """Parameters of the list; lists are spelled ``name[]=a&name[]=b``."""

    search_term: str | None = None
    external_id: str | None = None
    account_type: list[str] = []
    customer_type: str | None = None
    has_customer_type: bool | None = None
    countries: list[str] = []
    states: list[str] = []
    zipcodes: list[str] = []
    currencies: list[str] = []
    has_tax_identification_number: bool | None = None
    billing_entity_codes: list[str] = []
    with_deleted: bool | None = None


def listed(request: ApiRequest, wanted: CustomerFilters) -> QuerySet[Customer]:
    """Return the customers that the request asks for, newest first."""
    rows = Customer.objects.of(request.organization)
    if not wanted.with_deleted:
        rows = rows.kept()
    if wanted.search_term:
        rows = rows.matching(wanted.search_term)
    rows = rows.filter(_columns(wanted))
    for key, value in bracketed(request, "metadata").items():
        if value:
            rows = rows.filter(metadata__key=key, metadata__value=value)
        else:
            rows = rows.exclude(metadata__key=key)
    return rows.order_by("-created_at", "-pk")


def _columns(wanted: CustomerFilters) -> Q:
    found = Q()
    if wanted.external_id:
        found &= Q(external_id=wanted.external_id)
    if wanted.customer_type:
        found &= Q(customer_type=wanted.customer_type)
    if wanted.has_customer_type is not None:
        found &= Q(customer_type__isnull=not wanted.has_customer_type)
    if wanted.has_tax_identification_number is not None:
        found &= Q(tax_identification_number__isnull=not wanted.has_tax_identification_number)
    if wanted.billing_entity_codes and DEFAULT_ENTITY not in wanted.billing_entity_codes:
        found &= Q(pk=None)
    for column, values in (
        ("account_type", wanted.account_type),
        ("country", wanted.countries),
        ("state", wanted.states),
        ("zipcode", wanted.zipcodes),
        ("currency", wanted.currencies),
    ):
        if values:
            found &= Q(**{f"{column}__in": values})
    return found
