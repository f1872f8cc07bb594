"""Things of which there is a limited number: never more than there are, however many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from activity.actors import SYSTEM
from billing.errors import Invalid
from coupons import operations as coupons
from coupons.models import AppliedCoupon
from tests.factories import AT, CouponFactory, CustomerFactory
from tests.wallets.ledgers import balance, open_wallet, purchase, settle, terminate, void
from wallets.models import WalletTransaction

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 16


def at_once(action):
    """Do `action` sixteen times in as many threads; return what each gave or the code of its refusal."""

    def once(number):
        try:
            return action(number)
        except Invalid as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(once, range(AT_ONCE)))


def test_a_coupon_that_may_be_used_once_is_applied_once():
    coupon = CouponFactory(reusable=False)
    customer = CustomerFactory(organization=coupon.organization)

    def apply(_):
        return coupons.apply(coupon, customer=customer, actor=SYSTEM, at=AT).status

    answers = at_once(apply)

    assert sorted(answers) == ["active"] + ["coupon_is_not_reusable"] * (AT_ONCE - 1)
    assert AppliedCoupon.objects.count() == 1


def test_no_more_credits_are_voided_than_a_wallet_holds():
    wallet = open_wallet("100")

    answers = at_once(lambda _: void(wallet, "30").status)

    assert sorted(answers) == ["insufficient_credits"] * (AT_ONCE - 3) + ["settled"] * 3
    assert balance(wallet) == (1000, "10")


def test_a_purchase_that_is_paid_many_times_at_once_counts_once():
    wallet = open_wallet()
    bought = purchase(wallet, "50")

    at_once(lambda _: settle(bought).status)

    assert balance(wallet) == (5000, "50")


def test_a_wallet_that_ends_while_credits_move_ends_empty():
    wallet = open_wallet("100")

    def move(number):
        if number % 2:
            return void(wallet, "1").status
        return terminate(wallet).status

    at_once(move)

    assert balance(wallet) == (0, "0")
    moved = WalletTransaction.objects.filter(kind="voided").values_list("credit_amount", flat=True)
    assert sum(moved) == Decimal(100)


def test_no_more_wallets_are_opened_than_a_customer_may_have():
    customer = CustomerFactory()

    answers = at_once(lambda _: open_wallet(customer=customer).status)

    assert sorted(answers) == ["active"] * 6 + ["wallet_limit_reached"] * (AT_ONCE - 6)
