"""The demo from the opening of its books to the moment at which it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from activity.actors import Actor
from demo import calendar, february
from demo.carriers import BANK, sign_carriers
from demo.flights import load_flights
from demo.terms import offer
from organizations.models import Operator, Organization
from payments.operations.connections import ConnectionTerms, create_connection
from workflows.admit_support import admit_support
from workflows.advance_clock import advance_clock
from workflows.create_operator import create_operator
from workflows.create_organization import create_organization

Say = Callable[[str], None]

NAME = "New York Airports"
OWNER = "demo@example.com"
SETTINGS = {
    "timezone": "America/New_York",
    "default_currency": "USD",
    "document_number_prefix": "NYA",
    "net_payment_term": 14,
    "legal_name": "New York Airports Joint Services LLC",
    "email": "billing@newyorkairports.example",
    "address_line1": "4 World Trade Center",
    "city": "New York",
    "state": "NY",
    "zipcode": "10007",
    "country": "US",
    "invoice_footer": "Thank you for flying from New York.",
}


@dataclass(frozen=True)
class Demo:
    """The organization as it was loaded, its owner (support staff as well), and the API key in clear."""

    organization: Organization
    owner: Operator
    api_key: str


@transaction.atomic
def load(*, password: str, say: Say) -> Demo:
    """Load the whole demo, or nothing of it; the owner signs in with `password`."""
    say("the carriers and their contracts")
    demo, actor = _open(password)
    books = _Books(demo.organization, actor, say)
    plan = offer(demo.organization, actor=actor, at=calendar.OPENING)
    signed = sign_carriers(demo.organization, plan, actor=actor, at=calendar.SIGNING)
    at = books.turn_to(calendar.FIT_OUT)
    february.fit_out(signed, actor=actor, at=at)
    at = books.turn_to(calendar.LATE_DECEMBER)
    february.pay(signed, ["UA", "B6", "VX"], issued_by=at, actor=actor, at=at)
    books.fly_until(calendar.LAST_OF_JANUARY)
    books.turn_to(calendar.FIRST_INVOICES)
    at = books.turn_to(calendar.AGREEMENTS)
    february.agree(signed, actor=actor, at=at)
    at = books.turn_to(calendar.TRANSFERS)
    february.pay(signed, ["UA", "US", "B6", "AS"], issued_by=at, actor=actor, at=at)
    february.pay_a_part(signed["VX"], 2_500_000, actor=actor, at=at)
    february.de_ice(signed, actor=actor, at=at)
    at = books.fly_until(calendar.DEPARTURE_OF_MESA)
    february.give_back(signed["EV"], actor=actor, at=at)
    february.pay(
        signed,
        ["9E", "DL", "EV", "F9", "HA", "OO"],
        issued_by=calendar.FIRST_INVOICES,
        actor=actor,
        at=at,
    )
    february.leave(signed["YV"], actor=actor, at=at)
    at = books.fly_until(calendar.NEW_CONTRACT)
    february.renew(signed["AA"], plan, actor=actor, at=at)
    books.fly_until(calendar.TODAY)
    return demo


def _open(password: str) -> tuple[Demo, Actor]:
    """Found the organization with its owner, its clock at the opening, and the way it is paid."""
    at = calendar.OPENING
    owner = create_operator(OWNER, at=at, password=password, name="Robin Keller")
    admit_support(owner)
    actor = Actor("operator", str(owner.pk), str(owner), "command")
    made = create_organization(NAME, actor=actor, at=at, is_sandbox=True, owner=owner, **SETTINGS)
    organization = advance_clock(made.organization, to=at, actor=actor)
    create_connection(
        organization,
        kind="manual",
        terms=ConnectionTerms(name="Bank transfer", code=BANK),
        actor=actor,
        at=at,
    )
    return Demo(organization, owner, made.secret), actor


class _Books:
    """The organization's clock, and the flights that come with it."""

    def __init__(self, organization: Organization, actor: Actor, say: Say) -> None:
        self.organization, self.actor, self.say = organization, actor, say
        self.flown_until = calendar.FIRST_DAY

    def turn_to(self, moment: datetime) -> datetime:
        """Move the clock, with all jobs that fall due on the way, and return where it stands."""
        self.say(f"{moment:%-d %B %Y}")
        self.organization = advance_clock(self.organization, to=moment, actor=self.actor)
        return moment

    def fly_until(self, moment: datetime) -> datetime:
        """Move the clock and load the flights up to it."""
        self.turn_to(moment)
        load_flights(self.organization, after=self.flown_until, until=moment, actor=self.actor)
        self.flown_until = moment
        return moment
