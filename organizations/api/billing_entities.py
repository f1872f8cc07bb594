"""Endpoints of billing entities; an organization has one, made with it."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api import authentication
from api.envelopes import answer, list_out, root_in, root_out
from api.requests import ApiRequest
from billing.errors import Forbidden, NotFound
from organizations.models import Organization
from organizations.models.organization import DEFAULT_ENTITY
from organizations.schemas import BillingEntityIn, BillingEntityOut, billing_entity_out
from workflows.edit_organization import edit_organization

router = Router(tags=["billing_entities"])
Body = root_in("billing_entity", BillingEntityIn)
ONE = root_out("billing_entity", BillingEntityOut)


@router.get(
    "/billing_entities", response=list_out("billing_entities", BillingEntityOut, has_meta=False)
)
def list_all(request: ApiRequest) -> HttpResponse:
    """List the billing entities: one."""
    return answer("billing_entities", [billing_entity_out(_organization(request, DEFAULT_ENTITY))])


@router.post("/billing_entities", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Refuse: an organization has one billing entity."""
    raise Forbidden("feature_unavailable", "An organization has one billing entity.")


@router.get("/billing_entities/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return the billing entity."""
    return _answer(_organization(request, code))


@router.put("/billing_entities/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Change the billing entity's settings; absent members stay."""
    changes = body.billing_entity.columns()
    organization = _organization(request, code)
    changed = edit_organization(organization, changes, actor=request.actor, at=request.at)
    authentication.forget()
    return _answer(changed)


def _organization(request: ApiRequest, code: str) -> Organization:
    if code != DEFAULT_ENTITY:
        raise NotFound("billing_entity")
    return Organization.objects.get(pk=request.organization.pk)


def _answer(organization: Organization) -> HttpResponse:
    return answer("billing_entity", billing_entity_out(organization, has_taxes=True))
