"""Opening, changing and ending wallets."""

from datetime import timedelta
from decimal import Decimal

import pytest

from activity.actors import SYSTEM
from activity.models import JournalEntry, OutboxMessage
from billing.errors import Invalid, NotFound
from tests.factories import AT, BillableMetricFactory, CustomerFactory, OrganizationFactory
from tests.wallets.ledgers import LATER, balance, open_wallet, purchase, terminate
from wallets import operations
from wallets.models import RecurringTransactionRule, Wallet, WalletTransaction
from wallets.operations import RuleTerms, Scope

pytestmark = pytest.mark.django_db

MONTHLY = RuleTerms(trigger="interval", interval="monthly", granted_credits=Decimal(3))


def update(wallet, **columns):
    recurring, scope = columns.pop("recurring", None), columns.pop("scope", None)
    return operations.update(
        wallet, columns=columns, scope=scope, recurring=recurring, actor=SYSTEM, at=LATER
    )


def test_a_wallet_takes_the_currency_of_its_customer():
    wallet = open_wallet(customer=CustomerFactory(currency="USD"), currency=None)

    assert (wallet.currency, wallet.status, wallet.priority) == ("USD", "active", 50)
    assert (wallet.balance_cents, wallet.credits_balance) == (0, 0)


def test_a_wallet_gives_its_currency_to_a_customer_that_has_none():
    wallet = open_wallet(customer=CustomerFactory(currency=None), currency="CHF")

    assert wallet.customer.currency == "CHF"


@pytest.mark.parametrize(
    ("columns", "errors"),
    [
        ({"currency": "USD"}, {"currency": ["currencies_does_not_match"]}),
        ({"currency": "XXX"}, {"currency": ["value_is_invalid"]}),
        ({"rate_amount": Decimal(0)}, {"rate_amount": ["value_is_out_of_range"]}),
        ({"rate_amount": None}, {"rate_amount": ["value_is_mandatory"]}),
        ({"expiration_at": AT}, {"expiration_at": ["invalid_date"]}),
        ({"priority": 0}, {"priority": ["value_is_invalid"]}),
        ({"priority": 51}, {"priority": ["value_is_invalid"]}),
        (
            {"paid_top_up_min_amount_cents": 0},
            {"paid_top_up_min_amount_cents": ["value_is_out_of_range"]},
        ),
        (
            {"paid_top_up_min_amount_cents": 20, "paid_top_up_max_amount_cents": 10},
            {"paid_top_up_max_amount_cents": ["must_be_greater_than_or_equal_min"]},
        ),
        ({"scope": Scope(("credit",))}, {"applies_to": ["invalid_fee_types"]}),
        ({"scope": Scope((), ("nothing",))}, {"applies_to": ["invalid_identifier"]}),
        ({"name": "x" * 256}, {"name": ["value_is_too_long"]}),
    ],
)
def test_a_wrong_wallet_is_refused_by_field(columns, errors):
    customer = CustomerFactory(currency="EUR")

    with pytest.raises(Invalid) as refused:
        open_wallet(customer=customer, **columns)

    assert refused.value.errors == errors
    assert Wallet.objects.count() == 0


def test_a_wallet_needs_some_currency():
    with pytest.raises(Invalid) as refused:
        open_wallet(customer=CustomerFactory(currency=None), currency=None)

    assert refused.value.errors == {"currency": ["value_is_mandatory"]}


def test_a_customer_has_at_most_six_active_wallets():
    customer = CustomerFactory()
    wallets = [open_wallet(customer=customer) for _ in range(6)]

    with pytest.raises(Invalid) as refused:
        open_wallet(customer=customer)
    terminate(wallets[0])
    open_wallet(customer=customer)

    assert refused.value.errors == {"customer": ["wallet_limit_reached"]}
    assert Wallet.objects.active().count() == 6


def test_codes_are_made_of_names_and_unique_among_active_wallets():
    customer = CustomerFactory()
    codes = [
        open_wallet(customer=customer, name=name).code
        for name in (None, None, "My Wallet!", "My wallet")
    ]

    with pytest.raises(Invalid) as refused:
        open_wallet(customer=customer, code="default")

    assert codes == ["default", "default_2", "my_wallet", "my_wallet_2"]
    assert refused.value.errors == {"code": ["value_already_exist"]}


def test_a_deleted_customer_gets_no_wallet():
    with pytest.raises(NotFound) as refused:
        open_wallet(customer=CustomerFactory(deleted_at=AT))

    assert refused.value.code == "customer_not_found"


def test_a_wallet_is_limited_to_fees_and_metrics():
    customer = CustomerFactory()
    metric = BillableMetricFactory(organization=customer.organization)
    wallet = open_wallet(customer=customer, scope=Scope(("charge",), (metric.code,)))

    assert (wallet.allowed_fee_types, list(wallet.allowed_metrics.all())) == (["charge"], [metric])
    update(wallet, scope=Scope())
    wallet.refresh_from_db()
    assert (wallet.allowed_fee_types, list(wallet.allowed_metrics.all())) == ([], [])


def test_an_update_changes_what_it_names():
    wallet = open_wallet(name="Old", priority=5)

    update(wallet, name="New", expiration_at=LATER + timedelta(days=1))

    wallet.refresh_from_db()
    assert (wallet.name, wallet.priority) == ("New", 5)
    entry = JournalEntry.objects.get(action="wallet.updated")
    assert (entry.before["name"], entry.after["name"]) == ("Old", "New")
    assert OutboxMessage.objects.filter(kind="wallet.updated").count() == 1


def test_the_rate_of_a_wallet_is_fixed():
    with pytest.raises(TypeError):
        update(open_wallet(), rate_amount=Decimal(2))


def test_a_refused_update_changes_nothing():
    wallet = open_wallet(recurring=[MONTHLY])

    with pytest.raises(Invalid) as refused:
        update(wallet, name="New", recurring=[RuleTerms(trigger="interval")])

    wallet.refresh_from_db()
    assert refused.value.errors == {"recurring_transaction_rules": ["invalid_recurring_rule"]}
    assert wallet.name is None
    assert RecurringTransactionRule.objects.filter(status="active").count() == 1


def test_the_end_of_a_wallet_voids_what_is_left_by_one_transaction():
    wallet = open_wallet("100", recurring=[MONTHLY])
    operations.void(wallet, credits=Decimal("14.28444"), actor=SYSTEM, at=AT)

    ended = terminate(wallet)

    last = WalletTransaction.objects.order_by("created_at", "pk").last()
    assert (ended.status, ended.terminated_at) == ("terminated", LATER)
    assert (last.kind, last.amount_cents, last.credit_amount) == (
        "voided",
        8572,
        Decimal("85.71556"),
    )
    assert balance(wallet) == (0, "0")
    assert WalletTransaction.objects.count() == 3
    assert RecurringTransactionRule.objects.get().terminated_at == LATER
    assert OutboxMessage.objects.filter(kind="wallet.terminated").count() == 1


def test_an_empty_wallet_ends_without_a_transaction():
    terminate(open_wallet())

    assert WalletTransaction.objects.count() == 0


def test_ending_a_wallet_twice_changes_nothing():
    wallet = open_wallet("10")
    terminate(wallet)

    again = terminate(wallet, at=LATER + timedelta(days=1))

    assert again.terminated_at == LATER
    assert WalletTransaction.objects.count() == 2
    assert JournalEntry.objects.filter(action="wallet.terminated").count() == 1


def test_a_terminated_wallet_is_not_changed():
    wallet = open_wallet()
    terminate(wallet)

    with pytest.raises(Invalid) as refused:
        update(wallet, name="New")

    assert refused.value.errors == {"wallet_id": ["wallet_is_terminated"]}
    assert Wallet.objects.get().name is None


def test_all_wallets_of_a_customer_end_with_it():
    customer = CustomerFactory()
    open_wallet("1", customer=customer)
    open_wallet(customer=customer)
    other = open_wallet("1")

    ended = operations.terminate_all_of(customer, actor=SYSTEM, at=LATER)

    assert len(ended) == 2
    assert list(Wallet.objects.active()) == [other]


def test_expired_wallets_are_terminated_by_the_schedule():
    organization = OrganizationFactory()
    customer = CustomerFactory(organization=organization)
    due = open_wallet("5", customer=customer, expiration_at=LATER)
    open_wallet("5", customer=customer, expiration_at=LATER + timedelta(seconds=1))

    assert operations.expire_due(organization, at=LATER) == 1
    assert operations.expire_due(organization, at=LATER) == 0

    assert balance(due) == (0, "0")
    assert Wallet.objects.active().count() == 1


def test_pending_purchases_outlive_the_wallet():
    wallet = open_wallet()
    bought = purchase(wallet, "5")

    terminate(wallet)

    bought.refresh_from_db()
    assert bought.status == "pending"
