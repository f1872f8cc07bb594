"""What the pages of charges, their filters and fixed charges have in common: a price with its tiers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpResponse

from catalog.forms.price import PriceForm, Ranges, ranges_of, written_tiers
from catalog.models import Plan
from catalog.views.common import form_page, url
from console.access import OperatorRequest
from console.forms import grown, submit, wants_row

Form = TypeVar("Form", bound=PriceForm)
Result = TypeVar("Result")


class Priced:
    """The form of a price with its tiers, as it was sent or as the record has it.

    `make` builds the form of `data` and `initial`; `record` has a model and properties, or there is none.
    """

    def __init__(
        self,
        request: OperatorRequest,
        make: Callable[..., Form],
        *,
        initial: dict[str, Any] | None = None,
        model: str = "",
        properties: dict[str, Any] | None = None,
    ) -> None:
        posted = request.POST if request.method == "POST" else None
        self.is_growing = posted is not None and wants_row(posted)
        self.is_sent = posted is not None and not self.is_growing
        data = grown(posted) if posted is not None and self.is_growing else posted
        rows = ranges_of(model, properties or {})
        if initial is not None:
            initial = {**initial, "tiers": written_tiers(rows)}
        self.form = make(data, initial=initial)
        self.ranges = Ranges(data, initial=rows, prefix="ranges")

    def submit(self, call: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Run `call(properties)` if all is well filled in; None otherwise, with the errors on the fields."""
        if not self.is_sent or not self.form.is_valid():
            return None
        if (
            self.form.model in ("graduated", "volume", "graduated_percentage")
            and not self.ranges.is_valid()
        ):
            return None
        return submit(self.form, lambda data: call(self.form.properties(self.ranges)))

    def page(self, request: OperatorRequest, plan: Plan, context: dict[str, Any]) -> HttpResponse:
        """Show the form."""
        shown = {
            "form": self.form,
            "ranges": self.ranges,
            "plan": plan,
            "example_url": url("example", plan.pk),
        }
        return form_page(
            request, shown | context, page="catalog/priced_form.html", is_refused=self.is_sent
        )
