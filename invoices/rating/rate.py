"""Rate many subscriptions at once."""

from __future__ import annotations

from collections.abc import Sequence

from invoices.rating.charges import Answers, billed_charges, rate_charges, requests
from invoices.rating.commitment import rate_commitment
from invoices.rating.facts import SubscriptionFacts
from invoices.rating.fixed import rate_fixed_charges, read_units
from invoices.rating.line import Rated
from invoices.rating.plans import PlanBook
from invoices.rating.subscription import rate_subscription_fee
from usage.aggregation import aggregate
from usage.requests import UsageRequest


def rate(facts: Sequence[SubscriptionFacts], book: PlanBook) -> list[Rated]:
    """Return the lines of each subscription, in the order given; usage is read in one go."""
    billed = [billed_charges(each, book) for each in facts]
    asked = [requests(each, charges) for each, charges in zip(facts, billed, strict=True)]
    answers = _answers([request for each in asked for request in each])
    units = read_units(facts)
    rated = []
    for each, charges in zip(facts, billed, strict=True):
        parts = [
            rate_subscription_fee(each, book),
            rate_charges(each, book, charges, answers),
            rate_fixed_charges(each, book, units),
        ]
        lines = tuple(fee for part in parts for fee in part.fees)
        parts.append(rate_commitment(each, book, lines))
        rated.append(
            Rated(
                tuple(fee for part in parts for fee in part.fees),
                tuple(claim for part in parts for claim in part.claims),
            )
        )
    return rated


def _answers(asked: Sequence[UsageRequest]) -> Answers:
    found = aggregate(asked) if asked else []
    return {
        (request.subscription.pk, request.charge.pk): answer
        for request, answer in zip(asked, found, strict=True)
    }
