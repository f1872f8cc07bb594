"""create_operator lets the first owner in, and support staff into the admin."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from organizations.models import Membership, Operator, Organization
from tests.factories import MembershipFactory, OrganizationFactory

pytestmark = pytest.mark.django_db


def create(*words: object) -> str:
    said = io.StringIO()
    call_command("create_operator", *map(str, words), stdout=said)
    return said.getvalue()


@pytest.fixture
def organization() -> Organization:
    return OrganizationFactory(name="Acme")


def test_the_first_owner_signs_in_with_the_password_that_is_printed(
    client: Any, organization: Organization
) -> None:
    said = create("Ada@Example.com", "--organization", organization.pk, "--name", "Ada")

    told, password = said.strip().split(" Password: ")
    assert told == "ada@example.com is owner of Acme."
    assert client.login(username="ada@example.com", password=password)
    assert client.get("/customers/").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_support_staff_looks_into_the_admin(client: Any, organization: Organization) -> None:
    create("ada@example.com", "--organization", organization.pk, "--role", "viewer", "--support")

    client.force_login(Operator.objects.get())
    assert client.get("/admin/").status_code == 200
    assert Membership.objects.get().role == "viewer"


def test_a_member_is_not_made_twice(organization: Organization) -> None:
    member = MembershipFactory(organization=organization)

    with pytest.raises(CommandError):
        create(member.operator.email, "--organization", organization.pk, "--support")

    assert Membership.objects.get().role == "owner"
    assert not Operator.objects.get().is_staff


def test_an_unknown_organization_is_refused() -> None:
    with pytest.raises(CommandError, match="no organization"):
        create("ada@example.com", "--organization", "00000000-0000-0000-0000-000000000000")

    assert not Operator.objects.exists()
