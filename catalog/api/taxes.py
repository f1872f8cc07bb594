"""Endpoints of taxes."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from api.envelopes import answer, list_out, root_in, root_out
from api.lookups import find
from api.pagination import paged
from api.requests import ApiRequest
from catalog.models import Tax
from catalog.operations import taxes
from catalog.schemas.taxes import TaxIn, TaxOut, tax_out
from workflows.delete_tax import delete_tax
from workflows.edit_tax import edit_tax

router = Router(tags=["taxes"])
Body = root_in("tax", TaxIn)
ONE = root_out("tax", TaxOut)


@router.post("/taxes", response=ONE)
def create(request: ApiRequest, body: Body) -> HttpResponse:
    """Create a tax."""
    tax = taxes.create(request.organization, body.tax.given(), actor=request.actor, at=request.at)
    return _answer(tax)


@router.get("/taxes", response=list_out("taxes", TaxOut))
def list_all(request: ApiRequest) -> HttpResponse:
    """List taxes, newest first."""
    rows = Tax.objects.of(request.organization).kept().order_by("-created_at", "-pk")
    return paged(request, "taxes", rows, lambda tax: tax_out(tax, has_entities=True))


@router.get("/taxes/{code}", response=ONE)
def get(request: ApiRequest, code: str) -> HttpResponse:
    """Return one tax."""
    return _answer(_find(request, code))


@router.put("/taxes/{code}", response=ONE)
def update(request: ApiRequest, code: str, body: Body) -> HttpResponse:
    """Change a tax; drafts are computed anew, finalized invoices stay."""
    tax = _find(request, code)
    return _answer(edit_tax(tax, body.tax.given(), actor=request.actor, at=request.at))


@router.delete("/taxes/{code}", response=ONE)
def delete(request: ApiRequest, code: str) -> HttpResponse:
    """Delete a tax and take it off everything that bears it."""
    return _answer(delete_tax(_find(request, code), actor=request.actor, at=request.at))


def _find(request: ApiRequest, code: str) -> Tax:
    return find(Tax.objects.of(request.organization).kept(), "tax", code=code)


def _answer(tax: Tax) -> HttpResponse:
    return answer("tax", tax_out(tax, has_entities=True))
