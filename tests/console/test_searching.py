"""A term is found by any part of a name or id, over several tables, and by an index among very many rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q

from customers.models import Customer
from customers.reads.listing import found
from persistence.searching import contains, found_by
from subscriptions.models import Subscription
from tests.factories import CustomerFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("term", ["é", "ÉT", "d'été", "1%_", "\\", "qu-1", "CON-1"])
def test_a_term_of_any_length_finds_the_same_row(term):
    wanted = CustomerFactory(name="Conte d'Été 1%_\\", external_id="qu-1")
    SubscriptionFactory(customer=wanted, external_id="con-1")
    CustomerFactory(name="Other", external_id="other-2", organization=wanted.organization)

    assert list(found(Customer.objects.of(wanted.organization), term)) == [wanted]


@pytest.mark.parametrize("term", ["ac", "acme"])
def test_a_row_that_is_found_in_two_ways_is_there_once(term):
    wanted = CustomerFactory(name="Acme")
    for number in range(2):
        SubscriptionFactory(customer=wanted, external_id=f"acme-{number}")
    contracts = Subscription.objects.filter(contains("external_id", term)).values("customer")

    rows = found_by(Customer.objects.all(), term, contains("name", term), Q(pk__in=contracts))

    assert list(rows) == [wanted]


def test_a_search_uses_the_index_of_trigrams():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
        cursor.execute("SET LOCAL enable_indexonlyscan = off")

        plan = found(Customer.objects.all(), "globex").explain()

    assert "Bitmap Index Scan on customer_contains" in plan
    assert "Bitmap Index Scan on subscription_contains" in plan
