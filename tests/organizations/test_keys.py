"""API keys and organizations."""

from datetime import UTC, datetime

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from billing.errors import NotAllowed
from workflows.create_organization import create_organization
from workflows.issue_api_key import digest
from workflows.revoke_api_key import revoke_api_key

pytestmark = pytest.mark.django_db
AT = datetime(2024, 5, 1, tzinfo=UTC)


def test_a_key_is_stored_as_a_hash_only():
    made = create_organization("Acme Ltd", actor=COMMAND, at=AT)

    assert made.api_key.digest == digest(made.secret)
    assert made.api_key.last_four == made.secret[-4:]
    assert made.organization.document_number_prefix[:4] == "ACM-"
    written = str(list(JournalEntry.objects.values("before", "after")))
    assert made.secret not in written
    assert made.api_key.digest not in written


def test_a_key_is_revoked_once():
    made = create_organization("Acme Ltd", actor=COMMAND, at=AT)
    revoke_api_key(made.api_key, actor=COMMAND, at=AT)

    with pytest.raises(NotAllowed):
        revoke_api_key(made.api_key, actor=COMMAND, at=AT)

    assert JournalEntry.objects.filter(action="api_key.revoked").count() == 1
