"""Top-ups that happen by themselves."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from activity.models import OutboxMessage
from billing.errors import Invalid
from tests.factories import CustomerFactory
from tests.wallets.ledgers import balance, open_wallet, spend
from tests.wallets.rules import interval, moment, run_interval, threshold
from wallets import operations
from wallets.models import RecurringTransactionRule, Wallet, WalletTransaction
from wallets.operations import RuleTerms

pytestmark = pytest.mark.django_db


def test_a_rule_tops_up_on_the_anniversary_once_a_day_and_not_on_the_first():
    wallet = open_wallet("50", at=moment("2021-02-20"), recurring=[interval()])
    organization = wallet.organization

    runs = [
        run_interval(organization, text)
        for text in (
            "2021-02-20T12:00",
            "2021-03-19T23:59",
            "2021-03-20T00:00",
            "2021-03-20T12:00",
            "2021-03-21T00:00",
            "2021-04-20T00:55",
        )
    ]

    assert runs == [0, 0, 1, 0, 0, 1]
    assert balance(wallet) == (5600, "56")
    assert WalletTransaction.objects.filter(source="interval", kind="granted").count() == 2


def test_a_rule_from_the_31st_runs_on_the_last_day_of_a_short_month():
    wallet = open_wallet(at=moment("2021-03-31"), recurring=[interval()])

    runs = [
        run_interval(wallet.organization, day)
        for day in ("2021-04-29", "2021-04-30", "2021-05-30", "2021-05-31")
    ]

    assert runs == [0, 1, 0, 1]


def test_a_rule_with_a_start_repeats_that_day_after_it():
    rule = interval(started_at=moment("2025-04-15"))
    wallet = open_wallet(at=moment("2025-03-31"), recurring=[rule])

    runs = [
        run_interval(wallet.organization, day) for day in ("2025-04-15", "2025-04-30", "2025-05-15")
    ]

    assert runs == [0, 0, 1]


def test_days_are_those_of_the_customer():
    customer = CustomerFactory(timezone="America/Los_Angeles")
    wallet = open_wallet(customer=customer, at=moment("2021-02-20T02:00"), recurring=[interval()])

    runs = [
        run_interval(wallet.organization, text)
        for text in ("2021-03-19T06:00", "2021-03-19T07:00", "2021-03-20T02:00")
    ]

    assert runs == [0, 1, 0]


@pytest.mark.parametrize(
    ("every", "day"),
    [
        ("weekly", "2021-03-22"),
        ("quarterly", "2021-06-15"),
        ("semiannual", "2021-09-15"),
        ("yearly", "2022-03-15"),
    ],
)
def test_intervals(every, day):
    wallet = open_wallet(at=moment("2021-03-15"), recurring=[interval(interval=every)])
    before = moment(day) - timedelta(days=1)

    assert run_interval(wallet.organization, before.date().isoformat()) == 0
    assert run_interval(wallet.organization, day) == 1


def test_the_next_day_of_a_top_up_begins_at_the_customers_midnight():
    customer = CustomerFactory(timezone="America/Los_Angeles")
    wallet = open_wallet(customer=customer, at=moment("2021-02-20T02:00"), recurring=[interval()])
    after = [moment(text) for text in ("2021-02-20T02:00", "2021-03-19T07:00", "2021-03-20T08:00")]

    days = [operations.next_interval_day(wallet.organization, after=each) for each in after]

    assert days == [
        moment("2021-03-19T07:00"),
        moment("2021-04-19T07:00"),
        moment("2021-04-19T07:00"),
    ]
    operations.terminate(wallet, actor=SYSTEM, at=after[0])
    assert operations.next_interval_day(wallet.organization, after=after[0]) is None


def test_a_rule_ends_at_its_expiration():
    rule = interval(expiration_at=moment("2021-04-01"))
    wallet = open_wallet(at=moment("2021-03-15"), recurring=[rule])

    due = operations.due_interval_rules(wallet.organization, at=moment("2021-04-15"))
    ended = operations.expire_rules(wallet.organization, at=moment("2021-04-15"))

    assert (due, ended) == ([], 1)
    assert RecurringTransactionRule.objects.get().status == "terminated"


@pytest.mark.parametrize(
    "rule",
    [
        RuleTerms(trigger="sometimes"),
        interval(interval=None),
        interval(interval="daily"),
        interval(granted_credits=Decimal(0)),
        interval(method="guess"),
        threshold(method="target"),
        threshold(method="target", target_ongoing_balance=Decimal(5)),
        threshold(paid_credits=Decimal("0.001")),
        threshold(paid_credits=Decimal(1)),
        threshold(expiration_at=moment("2020-01-01")),
    ],
)
def test_a_malformed_rule_is_refused(rule):
    with pytest.raises(Invalid) as refused:
        open_wallet(recurring=[rule], paid_top_up_min_amount_cents=500)

    assert refused.value.errors == {"recurring_transaction_rules": ["invalid_recurring_rule"]}
    assert Wallet.objects.count() == 0


def test_a_wallet_has_one_rule_at_most():
    with pytest.raises(Invalid) as refused:
        open_wallet(recurring=[interval(), threshold()])

    assert refused.value.errors == {
        "recurring_transaction_rules": ["invalid_number_of_recurring_rules"]
    }
    assert Wallet.objects.count() == 0


def test_rules_are_replaced_or_changed_by_their_id():
    wallet = open_wallet(recurring=[interval()])
    first = RecurringTransactionRule.objects.get()

    def update(*recurring):
        operations.update(
            wallet, columns={}, recurring=recurring, actor=SYSTEM, at=moment("2024-02-01")
        )
        return RecurringTransactionRule.objects.filter(status="active")

    assert update(interval(id=first.pk, granted_credits=Decimal(9))).get().granted_credits == 9
    assert update(threshold()).get().pk != first.pk
    assert update().count() == 0
    assert RecurringTransactionRule.objects.count() == 2


def test_the_running_balance_is_the_balance_less_the_running_usage():
    wallet = open_wallet("10", rate_amount=Decimal(2))

    operations.set_ongoing(wallet, usage_cents=500, at=moment("2024-06-06"))
    wallet.refresh_from_db()
    assert (wallet.ongoing_balance_cents, wallet.ongoing_usage_balance_cents) == (1500, 500)
    assert wallet.credits_ongoing_balance == Decimal("7.5")
    assert wallet.credits_ongoing_usage_balance == Decimal("2.5")
    assert not wallet.is_ongoing_stale

    spend(wallet, 400)
    wallet.refresh_from_db()
    assert (wallet.balance_cents, wallet.ongoing_balance_cents) == (1600, 1500)
    assert wallet.is_ongoing_stale


def test_a_running_balance_used_up_is_announced_once():
    wallet = open_wallet("10")

    for usage in (999, 1000, 1500):
        operations.set_ongoing(wallet, usage_cents=usage, at=moment("2024-06-06"))

    wallet.refresh_from_db()
    assert wallet.ongoing_balance_cents == -500
    assert OutboxMessage.objects.filter(kind="wallet.depleted_ongoing_balance").count() == 1


def test_wallets_are_marked_for_a_new_running_balance():
    wallet = open_wallet("10")
    operations.set_ongoing(wallet, usage_cents=0, at=moment("2024-06-06"))

    marked = operations.mark_stale(wallet.organization, customer_ids=[wallet.customer_id])

    assert marked == 1
    assert Wallet.objects.get().is_ongoing_stale
