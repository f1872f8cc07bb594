"""What a workflow would do, in words: the effects of a plan as rows of ``components/effects.html``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console import formats, vocabulary
from payments.lifecycle import PaymentState

Effect = Mapping[str, Any]
Row = dict[str, Any]


def written(effects: Sequence[Effect]) -> list[Row]:
    """Return each effect as a row: what happens, to what, with which amount."""
    return [WORDS.get(effect["kind"], _other)(effect) for effect in effects]


def _row(label: str, icon: str, tone: str = "", detail: str = "", amount: str = "") -> Row:
    return {"label": label, "icon": icon, "tone": tone, "detail": detail, "amount": amount}


def _money(effect: Effect, name: str) -> str:
    cents = effect.get(name)
    return "" if cents is None else formats.money(cents, effect["currency"])


def _invoice(effect: Effect) -> Row:
    status, amount = effect["status"], _money(effect, "total_amount_cents")
    if status == "voided" and "invoice.regenerated" in effect["actions"]:
        return _row(_("It takes the place of the voided invoice"), "undo-2", amount=amount)
    if status == "voided":
        return _row(_("The invoice is voided"), "ban", "bad", amount=amount)
    if status == "deleted":
        return _row(_("The draft is deleted"), "trash-2", "bad", amount=amount)
    if status == "closed":
        return _row(_("Nothing is left to bill: the draft is closed"), "file-minus", amount=amount)
    if "invoice.finalized" not in effect["actions"] and status != "draft":
        return _row(_("The invoice changes"), "file-text", detail=_doings(effect), amount=amount)
    lines = len(effect["lines"])
    detail = ngettext("%(count)d line", "%(count)d lines", lines) % {"count": lines}
    if effect.get("payment_due_date"):
        due = formats.day(date.fromisoformat(effect["payment_due_date"]))
        detail = f"{detail} · " + _("due on %(day)s") % {"day": due}
    if status == "draft":
        label = _("A draft invoice is made") if effect["is_new"] else _("The draft then comes to")
        return _row(label, "file-plus-2", detail=detail, amount=amount)
    label = _("An invoice is issued") if effect["is_new"] else _("The draft is finalized")
    return _row(label, "file-check", detail=detail, amount=amount)


def _fee(effect: Effect) -> Row:
    if "units" not in effect:
        return _row(_("A line without usage falls away"), "undo-2")
    units = formats.units(Decimal(effect["units"]))
    label = _("%(line)s: %(units)s units") % {"line": effect["name"], "units": units}
    if not effect["is_adjusted"]:
        detail = _("As it is worked out")
        return _row(label, "undo-2", detail=detail, amount=_money(effect, "amount_cents"))
    words = {
        "amount": _money(effect, "amount_cents_before"),
        "units": formats.units(Decimal(effect["units_before"])),
    }
    detail = _("Worked out: %(amount)s for %(units)s units") % words
    return _row(label, "pencil", detail=detail, amount=_money(effect, "amount_cents"))


def _note(effect: Effect) -> Row:
    amount = _money(effect, "total_amount_cents")
    if not effect["is_new"]:
        return _row(
            _("A credit note changes"), "receipt-text", detail=_doings(effect), amount=amount
        )
    if "credit_note.voided" in effect["actions"]:
        label = _("The rest is credited, and voided at once")
        return _row(label, "file-minus", "warn", amount=amount)
    ways = [
        (_("%(amount)s credit"), "credit_amount_cents"),
        (_("%(amount)s refund"), "refund_amount_cents"),
        (_("%(amount)s offset"), "offset_amount_cents"),
    ]
    parts = [words % {"amount": _money(effect, name)} for words, name in ways if effect[name]]
    label = _("A credit note is issued")
    return _row(label, "receipt-text", detail=" · ".join(parts), amount=amount)


def _subscription(effect: Effect) -> Row:
    names = dict.fromkeys([effect["plan"], effect["name"], effect["external_id"]])
    detail = " · ".join(names)
    if effect["status"] == "terminated":
        return _row(_("A subscription ends"), "circle-minus", "bad", detail)
    if effect["status"] == "canceled":
        return _row(_("A pending subscription is canceled"), "ban", "bad", detail)
    if effect["is_new"]:
        day = formats.day(date.fromisoformat(effect["begins_on"]))
        return _row(_("A subscription begins on %(day)s") % {"day": day}, "play", "ok", detail)
    return _row(_("A subscription changes"), "repeat", "", f"{detail} · {_doings(effect)}")


def _coupon(effect: Effect) -> Row:
    if effect["status"] == "terminated":
        label = _("Coupon %(name)s ends") % {"name": effect["name"]}
        return _row(label, "ticket-percent", "bad")
    if effect["is_new"]:
        return _row(_("Coupon %(name)s is applied") % {"name": effect["name"]}, "ticket-percent")
    if "applied_coupon.reinstated" not in effect["actions"]:
        return _row(_("Coupon %(name)s is used") % {"name": effect["name"]}, "ticket-percent")
    label = _("Coupon %(name)s is given this use back") % {"name": effect["name"]}
    left = effect.get("remaining")
    words = ngettext("%(count)d period left", "%(count)d periods left", left or 0)
    detail = "" if left is None else words % {"count": left}
    return _row(label, "ticket-percent", "ok", detail)


def _wallet(effect: Effect) -> Row:
    amount = _money(effect, "balance_cents")
    if effect["status"] == "terminated":
        return _row(_("Wallet %(name)s ends") % {"name": effect["name"]}, "wallet", "bad")
    label = _("Wallet %(name)s then holds") % {"name": effect["name"]}
    return _row(label, "wallet", amount=amount)


def _transaction(effect: Effect) -> Row:
    labels = {
        "voided": _("Credits are voided"),
        "granted": _("Credits are granted"),
        "purchased": _("Credits are bought"),
        "invoiced": _("Credits pay an invoice"),
    }
    label = labels.get(effect["type"], _("Credits move"))
    credits = formats.units(Decimal(effect["credits"] or 0))
    detail = _("%(credits)s credits · %(wallet)s") % {
        "credits": credits,
        "wallet": effect["wallet"],
    }
    tone = "bad" if effect["type"] == "voided" else ""
    return _row(label, "coins", tone, detail, _money(effect, "amount_cents"))


def _payment(effect: Effect) -> Row:
    return _row(
        _("A payment"),
        "credit-card",
        "",
        str(PaymentState(effect["status"]).label),
        _money(effect, "amount_cents"),
    )


def _customer(effect: Effect) -> Row:
    words = {"name": effect["name"]}
    if effect["is_deleted"]:
        label = _("Customer %(name)s is deleted") % words
        return _row(label, "trash-2", "bad", effect["external_id"])
    return _row(_("Customer %(name)s changes") % words, "user", "", _doings(effect))


def _plan(effect: Effect) -> Row:
    if "plan.overridden" not in effect["actions"]:
        return _other(effect)
    after, name = effect["after"], effect["label"]
    label = _("%(name)s is given terms of its own, for this customer") % {"name": name}
    words, detail = _("Minimum commitment %(amount)s"), ""
    currency = after["amount_currency"]
    if after.get("minimum_commitment"):
        least = after["minimum_commitment"]["amount_cents"]
        detail = words % {"amount": formats.money(least, currency)}
    return _row(label, "pencil", "", detail, formats.money(after["amount_cents"], currency))


def _other(effect: Effect) -> Row:
    label = effect.get("label") or vocabulary.thing(effect["kind"])
    is_bad = any(one.endswith((".deleted", ".terminated", ".voided")) for one in effect["actions"])
    return _row(label, "corner-down-right", "bad" if is_bad else "", _doings(effect))


def _doings(effect: Effect) -> str:
    """Write what is done: ``plan.deletion_started`` is "deletion started"."""
    return ", ".join(vocabulary.deed(one) for one in effect["actions"])


WORDS: Mapping[str, Callable[[Effect], Row]] = {
    "invoice": _invoice,
    "fee": _fee,
    "credit_note": _note,
    "subscription": _subscription,
    "applied_coupon": _coupon,
    "wallet": _wallet,
    "wallet_transaction": _transaction,
    "payment": _payment,
    "customer": _customer,
    "plan": _plan,
}
