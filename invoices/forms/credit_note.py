"""What is given back of an invoice: parts of its lines, and in which way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.credits import Caps, Estimate, FeeFacts, NoteItem, estimate
from billing.credits.facts import InvoiceFacts
from billing.errors import Invalid
from billing.money import Money
from console import formats
from console.forms import Amount, ConsoleForm, Tiles, cents, dress
from console.wording import spoken
from invoices.lifecycle import RefundStatus
from invoices.models import Fee
from invoices.models.credit_note import Reason
from workflows.issue_credit_note import NewCreditNote

WAYS = [
    ("credit", _("Credit for later invoices")),
    ("refund", _("Refund what was paid")),
    ("offset", _("Offset what is due")),
    ("split", _("Split it myself")),
]
PARTS = ("credit", "refund", "offset")


class CreditNoteForm(ConsoleForm):
    """A credit note. There is a field for each line that has something left."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Reason.choices, initial=Reason.OTHER)
    description = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        help_text=_("Stands on the credit note."),
        widget=forms.Textarea({"rows": 2}),
    )
    way = forms.ChoiceField(label=_("Give it as"), choices=WAYS, widget=Tiles, initial="credit")
    credit = Amount(label=_("Credit"), required=False)
    refund = Amount(label=_("Refund"), required=False)
    offset = Amount(label=_("Offset"), required=False)

    when = {name: "way=split" for name in PARTS}
    spoken_of = {f"{name}_amount_cents": name for name in PARTS}

    def __init__(
        self,
        *args: Any,
        currency: str,
        facts: InvoiceFacts,
        caps: Caps,
        fees: Sequence[Fee],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.currency, self.facts, self.caps, self.fees = currency, facts, caps, fees
        self.estimated: Estimate | None = None
        self.fields["way"].choices = _ways(caps)  # type: ignore[attr-defined]
        self.fields["way"].initial = _usual_way(caps)
        for fee in fees:
            self.fields[_name(fee.pk)] = self._item(fee, facts.fee(fee.pk))
        limits = (caps.creditable_cents, caps.refundable_cents, caps.offsettable_cents)
        for name, limit in zip(PARTS, limits, strict=True):
            words = _("At most %(amount)s for the whole invoice.")
            self.fields[name].help_text = words % {"amount": formats.money(limit, currency)}

    def _item(self, fee: Fee, fact: FeeFacts) -> Amount:
        left = Money(fact.creditable_cents, self.currency)
        field = Amount(
            label=fee.shown_name, required=False, initial=left.amount, disabled=left.cents == 0
        )
        field.widget.attrs["aria-label"] = fee.shown_name
        dress(field)
        return field

    @property
    def items(self) -> list[tuple[Fee, int, Any]]:
        """Each line with what is left of it, in minor units, and its field."""
        return [
            (fee, self.facts.fee(fee.pk).creditable_cents, self[_name(fee.pk)]) for fee in self.fees
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [*PARTS, *(_name(fee.pk) for fee in self.fees)]:
            amount = cleaned.get(name)
            try:
                cleaned[f"{name}_cents"] = cents(amount, self.currency) if amount else 0
            except forms.ValidationError as error:
                self.add_error(name, error)
        if not self.errors:
            self._estimate(cleaned)
        return cleaned

    def _estimate(self, cleaned: dict[str, Any]) -> None:
        for fee in self.fees:
            over = cleaned[f"{_name(fee.pk)}_cents"] - self.facts.fee(fee.pk).creditable_cents
            if over > 0:
                self.add_error(_name(fee.pk), _("This is more than what is left of the line."))
        if self.errors:
            return
        found = self.note_items(cleaned)
        if not found:
            self.add_error(None, _("Give back something of at least one line."))
            return
        try:
            self.estimated = estimate(self.facts, found)
        except Invalid as error:
            self.add_error(None, spoken(error.message))

    def note_items(self, cleaned: dict[str, Any]) -> list[NoteItem]:
        """Return the lines of which something is given back."""
        amounts = [(fee.pk, cleaned[f"{_name(fee.pk)}_cents"]) for fee in self.fees]
        return [NoteItem(pk, amount) for pk, amount in amounts if amount > 0]

    def parts(self) -> dict[str, int]:
        """Return how it is given, in minor units: the chosen way takes all it may, credit takes the rest."""
        cleaned, found = self.cleaned_data, self.estimated
        if found is None:
            return dict.fromkeys(PARTS, 0)
        if cleaned["way"] == "split":
            return {name: cleaned[f"{name}_cents"] for name in PARTS}
        total = found.worth.total_amount_cents
        most = {
            "credit": total,
            "refund": found.max_refundable_amount_cents,
            "offset": found.max_offsettable_amount_cents,
        }
        given = dict.fromkeys(PARTS, 0)
        given[cleaned["way"]] = min(total, most[cleaned["way"]])
        given["credit"] += total - sum(given.values())
        return given

    def asked(self) -> NewCreditNote:
        """Return the credit note as it is asked for."""
        given = self.parts()
        return NewCreditNote(
            items=self.note_items(self.cleaned_data),
            credit_cents=given["credit"],
            refund_cents=given["refund"],
            offset_cents=given["offset"],
            reason=self.cleaned_data["reason"],
            description=self.cleaned_data.get("description") or None,
        )


def _name(pk: Any) -> str:
    return f"item-{pk}"


def _ways(caps: Caps) -> list[tuple[str, Any]]:
    """Return the ways that the invoice allows."""
    limits = {
        "credit": caps.creditable_cents,
        "refund": caps.refundable_cents,
        "offset": caps.offsettable_cents,
    }
    open_ways = [way for way in WAYS if limits.get(way[0], 0) > 0]
    return [*open_ways, WAYS[-1]] if len(open_ways) > 1 else open_ways or [WAYS[0]]


def _usual_way(caps: Caps) -> str:
    """Return the way to offer first: what is due is offset before anything is credited."""
    if caps.offsettable_cents:
        return "offset"
    return "credit" if caps.creditable_cents else "refund"


class RefundForm(ConsoleForm):
    """What became of a refund that is paid out by hand."""

    refund_status = forms.ChoiceField(
        label=_("The refund"), choices=RefundStatus.choices, widget=forms.RadioSelect
    )

    order = "refund_status"
