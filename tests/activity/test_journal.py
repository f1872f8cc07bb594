"""The journal is only added to, whoever asks."""

import pytest
from django.db import DatabaseError, transaction

from activity.actors import COMMAND
from activity.models import JournalEntry
from tests.factories import AT, CustomerFactory
from workflows.edit_customer import edit_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    edit_customer(CustomerFactory(), {"name": "Hooli"}, actor=COMMAND, at=AT)
    return JournalEntry.objects.get()


def test_a_change_is_written_with_what_was_and_what_is(entry):
    assert (entry.action, entry.before["name"], entry.after["name"]) == (
        "customer.updated", "Customer", "Hooli",
    )  # fmt: skip
    assert entry.at == AT


@pytest.mark.parametrize(
    "change", [lambda rows: rows.update(action="x"), lambda rows: rows.delete()]
)
def test_the_database_refuses_to_change_or_remove_an_entry(entry, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        change(JournalEntry.objects.filter(pk=entry.pk))

    assert JournalEntry.objects.get().action == "customer.updated"


def test_a_change_that_is_taken_back_leaves_no_entry():
    customer = CustomerFactory()

    with transaction.atomic():
        edit_customer(customer, {"name": "Hooli"}, actor=COMMAND, at=AT)
        transaction.set_rollback(True)

    customer.refresh_from_db()
    assert (customer.name, JournalEntry.objects.count()) == ("Customer", 0)
