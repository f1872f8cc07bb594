"""The coupons on offer: list, one, create, edit, terminate, delete."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billing.errors import NotFound
from console.access import OperatorRequest, operator_view
from console.exports import csv_answer
from console.forms import submit
from console.htmx import done, page_or_fragment
from console.views import once
from coupons import operations, reads
from coupons.forms import CouponForm, initial_of, locked_fields
from coupons.models import Coupon, Status
from coupons.reads import wording
from organizations import clock

LIST = (gettext_lazy("Coupons"), "/coupons/")


@operator_view()
def coupon_list(request: OperatorRequest) -> HttpResponse:
    """List the coupons."""
    listing = reads.coupon_list(request, request.organization)
    if listing.wants_export:
        head = [
            "name",
            "code",
            "reduction",
            "customers",
            "expires",
            "terminated",
            "created",
            "deleted",
        ]
        return csv_answer("coupons", head, (_line(row) for row in listing.matching.iterator()))
    rows = [(row, wording.terms(row)) for row in listing.rows]
    return page_or_fragment(request, "coupons/list.html", {"listing": listing, "coupons": rows})


def _line(row: Any) -> list[Any]:
    return [
        row.name,
        row.code,
        wording.terms(row),
        row.active,
        row.expiration_at,
        row.terminated_at,
        row.created_at,
        row.deleted_at,
    ]


@operator_view()
def detail(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Show a coupon and the customers who have it."""
    coupon = _find(request, pk)
    listing = reads.application_list(request, coupon)
    context = {
        "coupon": coupon,
        "terms": wording.terms(coupon),
        "targets": reads.targets(coupon),
        "listing": listing,
        "applications": reads.applications(listing.rows),
        "history": reads.history(coupon),
        "actions": _actions(coupon),
        "crumbs": [LIST, (coupon.name, "")],
    }
    return page_or_fragment(
        request, "coupons/detail.html", context, fragment="coupons/_applications.html"
    )


def _actions(coupon: Coupon) -> list[dict[str, Any]]:
    ended = _("It has been terminated.") if coupon.terminated_at else ""
    return [
        {"label": _("Edit coupon"), "url": _url("update", coupon), "icon": "pencil", "key": "e"},
        {
            "label": _("Terminate coupon"),
            "url": _url("terminate", coupon),
            "icon": "ban",
            "dialog": True,
            "reason": ended,
            "separator": True,
        },
        {
            "label": _("Delete coupon"),
            "url": _url("delete", coupon),
            "icon": "trash-2",
            "dialog": True,
            "is_danger": True,
        },
    ]


@operator_view("coupons")
@once
def create(request: OperatorRequest) -> HttpResponse:
    """Create a coupon."""
    form = CouponForm(request.POST or None, organization=request.organization)
    coupon = request.method == "POST" and submit(
        form,
        lambda data: operations.create(
            request.organization,
            columns=form.columns(),
            limits=form.limits(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if coupon:
        message = _("Coupon %(name)s is created.") % {"name": coupon.name}
        return done(request, message, to=_url("detail", coupon))
    title = _("Create a coupon")
    context = {"form": form, "title": title, "label": title, "cancel_url": "/coupons/"}
    return _form(request, context | {"crumbs": [LIST, (title, "")]})


@operator_view("coupons")
@once
def update(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Edit a coupon; its terms are locked once it has been applied."""
    coupon = _find(request, pk)
    form = CouponForm(
        request.POST or None,
        organization=request.organization,
        initial=initial_of(coupon),
        locked=_locked(coupon),
    )
    changed = request.method == "POST" and submit(
        form,
        lambda data: operations.update(
            coupon,
            columns=form.columns(),
            limits=form.limits(),
            actor=request.actor,
            at=clock.now(request.organization),
        ),
    )
    if changed:
        message = _("Coupon %(name)s is saved.") % {"name": changed.name}
        return done(request, message, to=_url("detail", coupon))
    context = {
        "form": form,
        "title": _("Edit %(name)s") % {"name": coupon.name},
        "label": _("Save coupon"),
        "cancel_url": _url("detail", coupon),
        "crumbs": [LIST, (coupon.name, _url("detail", coupon)), (_("Edit"), "")],
    }
    return _form(request, context)


@operator_view("coupons")
@once
def terminate(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and end the offer of a coupon."""
    coupon = _find(request, pk)
    if request.method == "POST":
        operations.terminate(coupon, actor=request.actor, at=clock.now(request.organization))
        message = _("Coupon %(name)s is terminated.") % {"name": coupon.name}
        return done(request, message, to=_url("detail", coupon))
    kept = _active_count(coupon)
    effects = [
        {"label": _("It cannot be applied any more"), "icon": "ban", "tone": "bad"},
        {"label": _kept(kept), "icon": "lock"},
    ]
    return _ask(request, coupon, "terminate", _("Terminate coupon"), effects)


@operator_view("coupons")
@once
def delete(request: OperatorRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask, and delete a coupon with its active applications."""
    coupon = _find(request, pk)
    if request.method == "POST":
        operations.delete(coupon, actor=request.actor, at=clock.now(request.organization))
        message = _("Coupon %(name)s is deleted.") % {"name": coupon.name}
        return done(request, message, to="/coupons/")
    ended = _active_count(coupon)
    effects = [
        {"label": _ended(ended), "icon": "ticket-percent", "tone": "bad" if ended else ""},
        {"label": _("What it took off invoices stays"), "icon": "lock"},
        {"label": _("The code is free again"), "detail": coupon.code, "icon": "check"},
    ]
    return _ask(request, coupon, "delete", _("Delete coupon"), effects)


def _ask(
    request: OperatorRequest,
    coupon: Coupon,
    verb: str,
    label: str,
    effects: list[dict[str, Any]],
) -> HttpResponse:
    context = {
        "title": f"{label} {coupon.name}?",
        "effects": effects,
        "action": _url(verb, coupon),
        "submit_label": label,
        "danger": True,
        "cancel_url": _url("detail", coupon),
        "crumbs": [LIST, (coupon.name, _url("detail", coupon)), (label, "")],
    }
    return page_or_fragment(request, "console/confirm.html", context)


def _form(request: OperatorRequest, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page_or_fragment(request, "coupons/form.html", context, status=status)


def _find(request: OperatorRequest, pk: uuid.UUID) -> Coupon:
    coupon = reads.find(request.organization, pk)
    if coupon is None:
        raise NotFound("coupon", _("This coupon does not exist, or it has been deleted."))
    return coupon


def _locked(coupon: Coupon) -> dict[str, str]:
    count = coupon.applied_coupons.count()
    if not count:
        return {}
    return locked_fields(
        ngettext("Locked: applied to a customer.", "Locked: applied %(count)d times.", count)
        % {"count": count}
    )


def _active_count(coupon: Coupon) -> int:
    return coupon.applied_coupons.filter(status=Status.ACTIVE).count()


def _kept(count: int) -> str:
    return ngettext("%(count)d customer keeps it", "%(count)d customers keep it", count) % {
        "count": count
    }


def _ended(count: int) -> str:
    return ngettext("It ends for %(count)d customer", "It ends for %(count)d customers", count) % {
        "count": count
    }


def _url(name: str, coupon: Coupon) -> str:
    return reverse(f"coupons:{name}", args=[coupon.pk])
