"""Who may open what: each address of the console against each role, from the one table of permissions."""

from __future__ import annotations

import pytest
from django.test import Client

from organizations.permissions import EVERY_PERMISSION, PERMISSIONS, Role, may
from tests.factories import MembershipFactory
from tests.security.addresses import VARIABLE, Address, addresses

pytestmark = pytest.mark.django_db
PUBLIC = {
    "documents/<str:token>",
    "portal/<str:token>",
    "healthz",
    "sign-in/",
    "sign-out/",
    "theme/",  # sets a cookie of the browser that asks
    "console/styleguide/",  # shows the components, with samples
}
"""Addresses of the console that need no member, each for a reason of its own."""


def of_the_console() -> list[Address]:
    return [a for a in addresses() if not a.is_api and not a.pattern.startswith("^")]


def permission_of(address: Address) -> str | None:
    return getattr(address.view, "permission", None)


def guarded() -> list[Address]:
    return [address for address in of_the_console() if permission_of(address)]


def opened(address: Address) -> str:
    return "/" + VARIABLE.sub("00000000-0000-0000-0000-000000000001", address.pattern)


def answers(client: Client, address: Address) -> tuple[int, int]:
    """The status of a GET and of a POST."""
    where = opened(address)
    return client.get(where).status_code, client.post(where).status_code


def test_every_address_asks_for_a_permission_or_is_public_on_purpose():
    unguarded = {a.pattern for a in of_the_console() if not permission_of(a)}

    assert unguarded - PUBLIC == set()
    assert {permission_of(a) for a in guarded()} <= EVERY_PERMISSION


@pytest.mark.parametrize("role", Role.values)
def test_a_role_opens_what_the_table_gives_it_and_nothing_else(role):
    client = Client()
    client.force_login(MembershipFactory(role=role).operator)

    for address in guarded():
        got, posted = answers(client, address)

        where = f"{role}: {address.pattern}"
        if may(role, permission_of(address)):
            assert got != 403, where
        else:
            assert {got, posted} <= {403, 405}, where
            assert 403 in (got, posted), where


def test_a_stranger_is_sent_to_sign_in_everywhere():
    for address in guarded():
        got, posted = answers(Client(), address)

        assert {got, posted} <= {302, 405}, address.pattern
        assert 302 in (got, posted), address.pattern


def test_a_forged_form_is_refused_everywhere():
    """Without the token that only our own pages have; signed in as an owner."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(MembershipFactory(role=Role.OWNER).operator)

    for address in guarded():
        assert client.post(opened(address)).status_code == 403, address.pattern


def test_roles_grow():
    viewer, finance, manager, owner = (PERMISSIONS[role] for role in reversed(Role.values))

    assert viewer < finance < manager < owner
