"""Pages of connections to payment providers: what they keep, and that they show no secret."""

from __future__ import annotations

import pytest

from activity.actors import COMMAND
from activity.models import JournalEntry
from payments.models import CustomerProvider, PaymentProvider
from payments.operations.customer_provider import set_customer_provider
from payments.providers import unseal
from tests.factories import CustomerFactory
from tests.payments.given import AT

pytestmark = pytest.mark.django_db
CONNECTION = {
    "kind": "stripe",
    "name": "Stripe Europe",
    "code": "stripe-eu",
    "secret_key": "sk_test_secret",
    "webhook_secret": "whsec_secret",
}


def text(response) -> str:
    return response.content.decode()


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_provider_is_connected_and_its_secrets_are_never_shown(signed_in):
    response = signed_in.post("/settings/payment-providers/new/", CONNECTION, follow=True)

    provider = PaymentProvider.objects.get()
    assert said(response) == ["Stripe Europe is connected."]
    assert unseal(provider.secrets) == {
        "secret_key": "sk_test_secret",
        "webhook_secret": "whsec_secret",
    }
    assert "sk_test_secret" not in provider.secrets
    assert f"/webhooks/stripe/{signed_in.organization.pk}?code=stripe-eu" in text(response)
    edit = text(signed_in.get(f"/settings/payment-providers/{provider.pk}/edit/"))
    for page in (text(response), edit, str(JournalEntry.objects.values_list("after", flat=True))):
        assert "sk_test_secret" not in page
        assert "whsec_secret" not in page


def test_a_secret_left_empty_stays(signed_in):
    signed_in.post("/settings/payment-providers/new/", CONNECTION)
    provider = PaymentProvider.objects.get()
    changed = CONNECTION | {"name": "Stripe EU", "secret_key": "", "webhook_secret": "whsec_new"}

    signed_in.post(f"/settings/payment-providers/{provider.pk}/edit/", changed)

    provider.refresh_from_db()
    assert provider.name == "Stripe EU"
    assert unseal(provider.secrets) == {
        "secret_key": "sk_test_secret",
        "webhook_secret": "whsec_new",
    }


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"code": "taken"}, "code"),
        ({"secret_key": ""}, "secret_key"),
        ({"kind": "cash"}, "kind"),
        ({"success_redirect_url": "javascript:alert(1)"}, "success_redirect_url"),
    ],
)
def test_a_wrong_connection_is_refused_on_its_field(signed_in, typed, field):
    signed_in.post("/settings/payment-providers/new/", CONNECTION | {"code": "taken"})

    response = signed_in.post("/settings/payment-providers/new/", CONNECTION | typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert PaymentProvider.objects.count() == 1


def test_a_provider_is_disconnected(signed_in):
    customer = CustomerFactory(organization=signed_in.organization)
    signed_in.post("/settings/payment-providers/new/", CONNECTION)
    provider = PaymentProvider.objects.get()
    set_customer_provider(customer, {"payment_provider": "stripe"}, actor=COMMAND, at=AT)
    address = f"/settings/payment-providers/{provider.pk}/delete/"

    assert "1 customer loses it" in text(signed_in.get(address))
    signed_in.post(address)

    assert not PaymentProvider.objects.kept().exists()
    assert not CustomerProvider.objects.exists()


@pytest.mark.parametrize(
    ("typed", "secrets", "settings"),
    [
        (
            {"kind": "gocardless", "access_token": "sandbox_x", "webhook_secret": "w"},
            {"access_token": "sandbox_x", "webhook_secret": "w"},
            {},
        ),
        (
            {"kind": "adyen", "api_key": "a", "hmac_key": "h", "merchant_account": "AcmeECOM"},
            {"api_key": "a", "hmac_key": "h"},
            {"merchant_account": "AcmeECOM"},
        ),
        ({"kind": "manual"}, {}, {}),
    ],
)
def test_each_kind_keeps_what_belongs_to_it(signed_in, typed, secrets, settings):
    response = signed_in.post("/settings/payment-providers/new/", CONNECTION | typed)

    provider = PaymentProvider.objects.get()
    assert response.status_code == 303
    assert (unseal(provider.secrets), provider.settings) == (secrets, settings)
