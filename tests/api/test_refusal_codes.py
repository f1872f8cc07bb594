"""Every refusal of what is billed is answered with its status and code, and changes nothing."""

import pytest
from django.db import connection

from tests.api.refusals import Refusal, World, refusals

pytestmark = pytest.mark.django_db


def answered(api, asked: Refusal) -> Refusal:
    """Return the request with the answer that it gets."""
    send = getattr(api, asked.method)
    status, body = send(asked.path) if asked.body is None else send(asked.path, asked.body)
    said = body.get("error_details") or body.get("code")
    return asked._replace(status=status, said=said)


def test_each_refusal_has_its_status_and_its_code_and_changes_nothing(api):
    world = World(api)
    rows = list(refusals(world))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM activity_journalentry")
        before = cursor.fetchone()

    wrong = {}
    for asked in rows:
        got = answered(api, asked)
        if got != asked:
            key = f"{asked.method} {asked.path} {asked.body}"
            wrong[key] = (got.status, got.said, "instead of", asked.said)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM activity_journalentry")
        after = cursor.fetchone()
    assert wrong == {}
    assert after == before
