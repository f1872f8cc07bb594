"""What billing refuses, changing nothing."""

import pytest

from billing.errors import Invalid
from coupons.models import AppliedCoupon
from customers.models import Customer
from subscriptions.models import Subscription
from tests.workflows.test_billing import at, invoices, plan, start
from wallets.models import Wallet
from workflows.bill_due import bill_due

pytestmark = pytest.mark.django_db


def test_a_period_is_never_billed_twice(customer):
    start(customer, plan(customer, amount_cents=3100), at("2024-01-01T00:00:00"))
    bill_due(customer.organization, at=at("2024-02-01T01:00:00"))
    Subscription.objects.update(next_billing_at=at("2024-02-01T00:00:00"))

    bill_due(customer.organization, at=at("2024-02-01T02:00:00"))

    assert len(invoices(customer)) == 1
    [failure] = customer.billing_failures.all()
    assert failure.code == "already_billed"


def test_another_currency_is_refused_and_changes_nothing(customer):
    with pytest.raises(Invalid) as refusal:
        start(customer, plan(customer, amount_currency="USD"), at("2024-01-01T00:00:00"))

    assert refusal.value.errors == {"currency": ["currencies_does_not_match"]}
    assert not Subscription.objects.exists()
    assert Customer.objects.get().currency == "EUR"
    assert not AppliedCoupon.objects.exists()
    assert not Wallet.objects.exists()
