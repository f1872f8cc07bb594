"""No address gives or changes anything of another organization, whatever it is asked with."""

from __future__ import annotations

import uuid
from collections import defaultdict

import pytest
from django.test import Client

from activity.models import JournalEntry
from tests.factories import MembershipFactory
from tests.security.addresses import KINDS, Address, addresses, with_objects
from tests.security.world import NAME, World

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")
NOBODYS = defaultdict(lambda: str(uuid.UUID(int=1)))
"""Names that belong to no object."""


@pytest.fixture
def theirs():
    """Somebody else's organization."""
    return World()


def ask(client: Client, address: Address, method: str, names, **headers):
    return getattr(client, method)(address.filled(names), headers=headers)


def said(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


def distinct(found: list[Address]) -> list[Address]:
    """One of each address: the API declares one for each method."""
    return list({address.pattern: address for address in found}.values())


def test_the_api_answers_for_a_foreign_object_as_for_none(theirs):
    ours = World(name="Trillian")
    before = JournalEntry.objects.filter(organization=theirs.organization).count()
    key = {"Authorization": f"Bearer {ours.secret}"}
    found = [address for address in distinct(with_objects()) if address.is_api]

    for address in found:
        for method in METHODS:
            foreign = ask(Client(), address, method, theirs.codes, **key)
            nobodys = ask(Client(), address, method, NOBODYS, **key)

            where = f"{method} {address.pattern}"
            assert foreign.status_code in (400, 404, 405, 422), where
            assert foreign.status_code == nobodys.status_code, where
            assert _without_names(foreign, theirs) == _without_names(nobodys, theirs), where

    after = JournalEntry.objects.filter(organization=theirs.organization).count()
    assert (len(found) > 50, after) == (True, before)


def _without_names(response, theirs: World) -> bytes:
    body = said(response)
    for name in (*theirs.codes.values(), str(uuid.UUID(int=1))):
        body = body.replace(name.encode(), b"")
    return body


@pytest.mark.parametrize("is_first_ours", [False, True])
def test_the_console_finds_no_foreign_object(theirs, is_first_ours):
    ours = World(name="Trillian")
    before = JournalEntry.objects.filter(organization=theirs.organization).count()
    client = Client()
    client.force_login(MembershipFactory(organization=ours.organization).operator)
    found = [address for address in distinct(with_objects()) if not address.is_api]
    if is_first_ours:
        found = [address for address in found if len(set(address.kinds)) > 1]

    for address in found:
        names = dict(theirs.ids)
        if is_first_ours:
            names[address.kinds[0]] = ours.ids[address.kinds[0]]
        for method in ("get", "post"):
            answer = ask(client, address, method, names)

            where = f"{method} {address.pattern}"
            assert answer.status_code in (404, 405), where
            assert NAME.encode() not in said(answer), where

    after = JournalEntry.objects.filter(organization=theirs.organization).count()
    assert (len(found) > (10 if is_first_ours else 80), after) == (True, before)


def test_lists_and_pages_without_an_object_show_nothing_foreign(theirs):
    ours = MembershipFactory()
    client = Client()
    client.force_login(ours.operator)
    pages = [a for a in distinct(list(addresses())) if "<" not in a.pattern and not a.is_api]

    for address in pages:
        if address.pattern.startswith("^"):
            continue
        answer = client.get("/" + address.pattern)

        assert answer.status_code < 500, address.pattern
        assert NAME.encode() not in said(answer), address.pattern


def test_every_variable_of_an_address_names_a_kind_that_is_tried(theirs):
    tried = set(theirs.ids)

    for address in with_objects():
        assert set(address.kinds) <= tried, address.pattern
    assert set(KINDS.values()) <= tried


def test_an_address_with_an_unknown_variable_is_noticed():
    planted = Address("secrets/<uuid:pk>/", "secret", lambda request: None)

    with pytest.raises(KeyError, match="secrets"):
        planted.filled(NOBODYS)
