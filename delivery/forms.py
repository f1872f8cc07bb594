"""What operators type about webhook endpoints and API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from console import vocabulary
from console.forms import ConsoleForm, EditForm, Moment, Tiles
from delivery.events import EVENT_TYPES
from delivery.models import SignatureAlgorithm, WebhookEndpoint

EVERYTHING, CHOSEN = "everything", "chosen"
HEARS = [(EVERYTHING, _("Everything")), (CHOSEN, _("Only some types"))]
FIRST = (
    "customer subscription invoice credit_note payment payment_receipt payment_request "
    "wallet wallet_transaction fee"
).split()


def groups() -> dict[str, list[str]]:
    """Return the types by what they happen to, those of daily use first."""
    found: dict[str, list[str]] = {}
    for kind in sorted(EVENT_TYPES):
        found.setdefault(kind.partition(".")[0], []).append(kind)
    return {name: found[name] for name in [*FIRST, *sorted(set(found) - set(FIRST))]}


class EndpointForm(EditForm):
    """A webhook endpoint."""

    webhook_url = forms.CharField(
        label=_("Address"),
        max_length=1000,
        help_text=_("Gets a POST for each event; answer 200, 201, 202 or 204 within 30 seconds."),
        widget=forms.URLInput({"placeholder": "https://example.com/webhooks"}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=255, required=False, help_text=_("For your own eyes.")
    )
    signature_algo = forms.ChoiceField(
        label=_("Signature"),
        choices=SignatureAlgorithm,
        widget=Tiles,
        initial=SignatureAlgorithm.JWT,
        help_text=_("JWT is checked with a public key, HMAC with a secret that you share."),
    )
    hears = forms.ChoiceField(label=_("Events"), choices=HEARS, widget=Tiles, initial=EVERYTHING)

    when = {f"types_{name}": f"hears={CHOSEN}" for name in groups()}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, kinds in groups().items():
            self.fields[f"types_{name}"] = forms.MultipleChoiceField(
                label=vocabulary.thing(name),
                choices=[(kind, kind) for kind in kinds],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        types = " ".join(f"types_{name}" for name in groups())
        self.sections = [
            (
                _("Endpoint"),
                _("Where the world hears of what happens."),
                "webhook_url+ name+ signature_algo+",
                1,
            ),
            (_("Events"), _("Which types this endpoint is told of."), f"hears+ {types}", 2),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("hears") == CHOSEN and not self._chosen(cleaned):
            self.add_error("hears", _("Choose at least one type, or everything."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the columns of the endpoint."""
        names = ("webhook_url", "name", "signature_algo")
        hears_all = self.cleaned_data["hears"] == EVERYTHING
        types = None if hears_all else self._chosen(self.cleaned_data)
        return {name: self.cleaned_data[name] for name in names} | {"event_types": types}

    @staticmethod
    def _chosen(cleaned: dict[str, Any]) -> list[str]:
        return sorted(kind for name in groups() for kind in cleaned.get(f"types_{name}") or [])


def initial_of(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return what the form shows of an endpoint."""
    types = set(endpoint.event_types or [])
    return {
        "webhook_url": endpoint.webhook_url,
        "name": endpoint.name or "",
        "signature_algo": endpoint.signature_algo,
        "hears": EVERYTHING if endpoint.event_types is None else CHOSEN,
        **{
            f"types_{name}": [one for one in kinds if one in types]
            for name, kinds in groups().items()
        },
    }


class KeyForm(ConsoleForm):
    """An API key."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which system uses it: “Production backend”.")
    )
    expires_at = Moment(
        label=_("Expires"), required=False, help_text=_("Empty: it works until it is revoked.")
    )

    def __init__(self, *args: Any, zone: str, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["expires_at"].zone = zone  # type: ignore[attr-defined]
        self.at = at

    def clean_expires_at(self) -> datetime | None:
        expires: datetime | None = self.cleaned_data["expires_at"]
        if expires is not None and expires <= self.at:
            raise forms.ValidationError(_("Choose a moment that has not passed."))
        return expires
