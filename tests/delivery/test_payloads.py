"""Every webhook that the product announces can be written, in the API's shape."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

import pytest

from activity.models import OutboxMessage
from delivery import payloads
from delivery.events import EVENT_TYPES
from delivery.payloads import RENAMED, SHAPES, NoShape, payload_of, shown
from tests.architecture.sources import product
from tests.factories import AT, InvoiceFactory, SubscriptionFactory, WalletFactory

CALLS = {"announce", "announcement"}


def announced() -> Iterator[str]:
    """The kinds of webhook that stand as text in a call that announces one."""
    for source in product():
        for node in ast.walk(source.tree):
            name = getattr(getattr(node, "func", None), "attr", None)
            if not isinstance(node, ast.Call) or name not in CALLS:
                continue
            topics = [one.value for one in node.keywords if one.arg == "topic"]
            for word in node.args[1:2]:
                if not topics and isinstance(word, ast.Constant):
                    yield word.value


def test_every_announced_kind_is_one_that_endpoints_can_choose() -> None:
    kinds = set(announced())

    assert len(kinds) > 15
    assert kinds <= EVENT_TYPES


def test_every_announced_kind_has_a_shape() -> None:
    unknown = {
        kind for kind in announced() if kind not in RENAMED and kind.partition(".")[0] not in SHAPES
    }

    assert unknown == set()


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_is_there(name: str) -> None:
    shape = SHAPES[name]

    for path in filter(None, [shape.show, shape.load, *(shape.more or {}).values()]):
        assert callable(payloads.found(path))


def test_a_shape_that_is_not_there_is_named() -> None:
    with pytest.raises(NoShape, match=r"There is no wallets\.schemas:nothing"):
        payloads.found("wallets.schemas:nothing")


@pytest.mark.django_db
def test_a_subscription_comes_with_its_plan_and_its_customer() -> None:
    subscription = SubscriptionFactory()

    written = shown("subscription", subscription.pk)

    assert written["external_id"] == subscription.external_id
    assert written["plan"]["code"] == subscription.plan.code
    assert written["customer"]["external_id"] == subscription.customer.external_id


@pytest.mark.django_db
def test_an_invoice_comes_with_its_fees_and_its_customer() -> None:
    invoice = InvoiceFactory()

    written = shown("invoice", invoice.pk)

    assert (written["number"], written["fees"]) == (invoice.number, [])
    assert written["customer"]["external_id"] == invoice.customer.external_id


@pytest.mark.django_db
def test_a_wallet_is_written() -> None:
    wallet = WalletFactory()

    assert shown("wallet", wallet.pk)["lago_id"] == str(wallet.pk)


@pytest.mark.django_db
def test_a_failed_payment_tells_of_the_error_and_whose_it_is() -> None:
    invoice = InvoiceFactory()
    message = OutboxMessage(
        organization_id=invoice.organization_id,
        kind="invoice.payment_failure",
        object_type="invoice",
        object_id=invoice.pk,
        created_at=AT,
        payload={"provider_error": {"error_code": "card_declined"}},
    )

    said = json.loads(payload_of(message))

    assert said["object_type"] == "payment_provider_invoice_payment_error"
    assert said["payment_provider_invoice_payment_error"] == {
        "lago_invoice_id": str(invoice.pk),
        "lago_customer_id": str(invoice.customer_id),
        "external_customer_id": invoice.customer.external_id,
        "provider_error": {"error_code": "card_declined"},
    }
