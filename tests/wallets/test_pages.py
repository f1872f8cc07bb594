"""Pages of wallets: what they show, what they refuse, who may."""

from decimal import Decimal

import pytest

from tests.factories import BillableMetricFactory, CustomerFactory
from tests.wallets.ledgers import balance, open_wallet, purchase, spend, terminate
from tests.wallets.rules import threshold
from wallets.models import RecurringTransactionRule, Wallet, WalletTransaction

pytestmark = pytest.mark.django_db

FORM = {
    "name": "Prepaid",
    "rate_amount": "1",
    "currency": "EUR",
    "priority": "50",
    "rule_trigger": "",
}


@pytest.fixture
def customer(signed_in):
    return CustomerFactory(organization=signed_in.organization, name="Hooli", currency=None)


@pytest.fixture
def wallet(customer):
    return open_wallet("100", customer=customer, name="Prepaid")


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_a_wallet_is_opened_with_its_first_credits(signed_in, customer):
    metric = BillableMetricFactory(organization=signed_in.organization)
    form = FORM | {
        "paid_credits": "20",
        "granted_credits": "12.5",
        "billable_metric_codes": [metric.code],
        "least": "10.00",
        "rule_trigger": "threshold",
        "rule_threshold_credits": "5",
        "rule_method": "fixed",
        "rule_paid_credits": "50",
    }

    response = signed_in.post(f"/customers/{customer.pk}/wallets/new/", form, follow=True)

    wallet = Wallet.objects.get()
    assert response.redirect_chain == [(f"/wallets/{wallet.pk}/", 303)]
    assert said(response) == ["Wallet Prepaid is opened for Hooli."]
    assert balance(wallet) == (1250, "12.5")
    assert wallet.paid_top_up_min_amount_cents == 1000
    assert list(wallet.allowed_metrics.all()) == [metric]
    assert RecurringTransactionRule.objects.get().paid_credits == 50
    assert WalletTransaction.objects.get(kind="purchased").prepaid_credit.invoice is not None
    customer.refresh_from_db()
    assert customer.currency == "EUR"


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"rate_amount": "0"}, "rate_amount", "This number is outside the allowed range."),
        ({"priority": "51"}, "priority", "Ensure this value is less than or equal to 50."),
        ({"granted_credits": "0.001"}, "granted_credits", "These credits are worth nothing."),
        ({"least": "0.001"}, "least", "EUR has 2 decimals."),
        ({"expiration_at": "2001-01-01T00:00"}, "expiration_at", "A wallet expires in the future."),
        (
            {"rule_trigger": "interval", "rule_paid_credits": "5"},
            "__all__",
            "A rule by interval needs its interval.",
        ),
        (
            {"rule_trigger": "interval"},
            "rule_paid_credits",
            "Write how many credits to buy or to grant.",
        ),
        (
            {"rule_trigger": "interval", "rule_method": "target"},
            "rule_target_ongoing_balance",
            "Write the balance to reach.",
        ),
        ({"priority": "first"}, "priority", "Write a whole number, such as 30."),
        ({"rate_amount": "1,5"}, "rate_amount", "Write a number, such as 1234.56."),
    ],
)
def test_a_wrong_wallet_is_refused_in_words(signed_in, customer, typed, field, words):
    response = signed_in.post(f"/customers/{customer.pk}/wallets/new/", FORM | typed)

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [words]}
    assert Wallet.objects.count() == 0


def test_the_currency_of_the_customer_is_locked_against_a_forged_form(signed_in, customer):
    customer.currency = "USD"
    customer.save()

    signed_in.post(f"/customers/{customer.pk}/wallets/new/", FORM | {"currency": "EUR"})

    assert Wallet.objects.get().currency == "USD"


def test_a_seventh_wallet_is_refused(signed_in, customer):
    for _ in range(6):
        open_wallet(customer=customer)

    page = signed_in.get(f"/customers/{customer.pk}/wallets/").content.decode()
    response = signed_in.post(f"/customers/{customer.pk}/wallets/new/", FORM)

    assert "Six active wallets are the most." in page
    assert "A customer has at most 6 active wallets." in response.content.decode()
    assert Wallet.objects.count() == 6


def test_a_wallet_is_edited_and_its_rule_replaced(signed_in, customer):
    wallet = open_wallet(customer=customer, name="Old", recurring=[threshold()])
    rule = RecurringTransactionRule.objects.get()
    address = f"/wallets/{wallet.pk}/edit/"
    changed = {
        "name": "New",
        "code": wallet.code,
        "priority": "1",
        "rule_trigger": "threshold",
        "rule_threshold_credits": "7",
        "rule_method": "target",
        "rule_target_ongoing_balance": "20",
    }

    page = signed_in.get(address).content.decode()
    signed_in.post(address, changed)
    rule.refresh_from_db()
    after_change = (rule.threshold_credits, rule.method, rule.status)
    signed_in.post(address, changed | {"rule_trigger": ""})

    wallet.refresh_from_db()
    rule.refresh_from_db()
    assert 'value="Old"' in page
    assert (wallet.name, wallet.priority) == ("New", 1)
    assert after_change == (Decimal(7), "target", "active")
    assert rule.status == "terminated"


def test_credits_are_bought_and_granted(signed_in, wallet):
    response = signed_in.post(
        f"/wallets/{wallet.pk}/top-up/",
        {"paid_credits": "5", "granted_credits": "2.5", "name": "May", "priority": "3"},
        follow=True,
    )

    assert said(response) == ["Prepaid is topped up."]
    assert balance(wallet) == (10250, "102.5")
    bought = WalletTransaction.objects.get(kind="purchased")
    assert (bought.status, bought.name, bought.priority) == ("pending", "May", 3)


def test_a_top_up_of_nothing_is_refused(signed_in, wallet):
    response = signed_in.post(f"/wallets/{wallet.pk}/top-up/", {"priority": "50"})

    assert response.status_code == 422
    assert "Write how many credits to buy or to grant." in response.content.decode()
    assert WalletTransaction.objects.count() == 1


def test_credits_are_voided_never_more_than_there_are(signed_in, wallet):
    address = f"/wallets/{wallet.pk}/void/"

    refused = signed_in.post(address, {"voided_credits": "100.00001"})
    response = signed_in.post(address, {"voided_credits": "14.28444"}, follow=True)

    assert refused.status_code == 422
    assert "The wallet holds 100 credits." in refused.content.decode()
    assert said(response) == ["14.28444 credits of Prepaid are voided."]
    assert balance(wallet) == (8572, "85.71556")


def test_the_same_press_counts_once(signed_in, wallet):
    form = {"voided_credits": "10", "form_token": "0d4f1b9e-5a51-4d39-9f6f-3a8d3c4f7f11"}

    for _ in range(2):
        signed_in.post(f"/wallets/{wallet.pk}/void/", form)

    assert balance(wallet) == (9000, "90")


def test_a_wallet_is_terminated_after_a_question_that_says_what_happens(signed_in, wallet):
    address = f"/wallets/{wallet.pk}/terminate/"

    question = signed_in.get(address).content.decode()
    before = balance(wallet)
    response = signed_in.post(address, follow=True)

    wallet.refresh_from_db()
    assert "100 credits are voided" in question
    assert "€100.00" in question
    assert before == (10000, "100")
    assert said(response) == ["Wallet Prepaid is terminated."]
    assert (wallet.status, wallet.balance_cents) == ("terminated", 0)


def test_the_page_of_a_wallet_shows_its_ledger(signed_in, wallet):
    spend(wallet, 2500)
    purchase(wallet, "7")

    page = signed_in.get(f"/wallets/{wallet.pk}/").content.decode()
    narrowed = signed_in.get(f"/wallets/{wallet.pk}/", {"kind": "invoiced"}).content.decode()
    exported = b"".join(
        signed_in.get(f"/wallets/{wallet.pk}/", {"export": "csv"}).streaming_content
    )

    for text in ("75 credits", "−€25.00", "+€7.00", "Pending", "1 credit = €1.00", "€75.00"):
        assert text in page
    assert "+€100.00" not in narrowed
    assert exported.count(b"\n") == 4


def test_what_credits_are_worth_is_said_while_typing(signed_in):
    typed = {
        "rate_amount": "0.50000",
        "currency": "EUR",
        "paid_credits": "17.97",
        "granted_credits": "x",
    }

    page = signed_in.get("/wallets/worth/", typed).content.decode()

    assert page.strip() == "<b>€8.99</b> to pay"


def test_a_viewer_sees_wallets_and_changes_none(signed_in, customer, wallet):
    signed_in.membership.role = "viewer"
    signed_in.membership.save()
    own, its = f"/wallets/{wallet.pk}/", f"/customers/{customer.pk}/wallets/"

    seen = [signed_in.get(address).status_code for address in (own, its)]
    changes = [own + name for name in ("edit/", "top-up/", "void/", "terminate/")] + [its + "new/"]
    refused = [signed_in.post(address, {"voided_credits": "1"}).status_code for address in changes]

    assert seen == [200, 200]
    assert refused == [403] * 5
    assert balance(wallet) == (10000, "100")


def test_wallets_of_another_organization_are_not_found(signed_in):
    foreign = open_wallet("1")
    addresses = [
        f"/wallets/{foreign.pk}/{name}" for name in ("", "edit/", "top-up/", "void/", "terminate/")
    ]
    addresses += [f"/customers/{foreign.customer_id}/wallets/"]

    assert [signed_in.get(address).status_code for address in addresses] == [404] * 6


def test_a_terminated_wallet_refuses_a_forged_form(signed_in, wallet):
    terminate(wallet)

    response = signed_in.post(
        f"/wallets/{wallet.pk}/top-up/", {"granted_credits": "1", "priority": "50"}
    )

    assert response.status_code == 422
    assert "This wallet has been terminated." in response.content.decode()
    assert balance(wallet) == (0, "0")
