"""An organization that has one of everything, each called by the same telling name."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from activity.actors import SYSTEM
from activity.models import OutboxMessage
from billing.credits import NoteItem
from catalog.models import FixedCharge
from delivery.models import WebhookDelivery
from invoices.operations.batches import NewBatch
from invoices.operations.batches import start as start_batch
from organizations.api_log import log_request
from organizations.models import Organization
from payments.models import (
    DunningCampaign,
    PaymentMethod,
    PaymentProvider,
    PaymentReceipt,
    PaymentRequest,
)
from subscriptions.new import NewSubscription
from tests.factories import (
    AddOnFactory,
    AppliedCouponFactory,
    BillableMetricFilterFactory,
    ChargeFactory,
    ChargeFilterFactory,
    CustomerFactory,
    MembershipFactory,
    OrganizationFactory,
    PlanFactory,
    TaxFactory,
    WalletFactory,
    WebhookEndpointFactory,
)
from usage.operations import ingest
from wallets.operations.transactions import TopUp, grant
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.issue_api_key import issue_api_key
from workflows.issue_credit_note import NewCreditNote, issue_credit_note
from workflows.record_payment import record_payment
from workflows.save_view import NewView, save_view
from workflows.start_subscription import start_subscription

NAME = "Zarniwoop"
"""What everything is called: nobody else may ever read it."""
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


class World:
    """The objects by kind; `ids` are their keys, `codes` what the API calls them."""

    def __init__(self, name: str = NAME) -> None:
        self.name = name
        self.organization: Organization = OrganizationFactory(
            name=name, is_sandbox=True, sandbox_now=NOW
        )
        self.ids: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        self._sell()
        self._bill()
        self._pay()
        self._connect()

    def _know(self, kind: str, row: object, code: str | None = None) -> None:
        self.ids[kind] = str(row.pk)  # type: ignore[attr-defined]
        self.codes[kind] = code or self.ids[kind]

    def _sell(self) -> None:
        own = {"organization": self.organization, "name": self.name}
        self.customer = CustomerFactory(**own, external_id=f"{self.name}-hooli", currency="EUR")
        plan = PlanFactory(**own, code=f"{self.name}-plan", pay_in_advance=True)
        charge = ChargeFactory(plan=plan, code=f"{self.name}-charge", billable_metric__name=NAME)
        metric = charge.billable_metric
        BillableMetricFilterFactory(billable_metric=metric)
        narrowed = ChargeFilterFactory(charge=charge, invoice_display_name=self.name)
        add_on = AddOnFactory(**own, code=f"{self.name}-add-on")
        fixed = FixedCharge.objects.create(
            organization=self.organization,
            plan=PlanFactory(**own),
            add_on=add_on,
            code=f"{self.name}-fixed",
            charge_model="standard",
            properties={"amount": "1"},
            units=1,
            created_at=NOW,
            updated_at=NOW,
        )
        tax = TaxFactory(**own, code=f"{self.name}-tax", applied_to_organization=True)
        applied = AppliedCouponFactory(
            customer=self.customer, coupon__name=self.name, coupon__code=f"{self.name}-coupon"
        )
        self._know("customer", self.customer, self.customer.external_id)
        for kind, row in (("plan", plan), ("charge", charge), ("metric", metric), ("tax", tax)):
            self._know(kind, row, row.code)
        self._know("add_on", add_on, add_on.code)
        self._know("coupon", applied.coupon, applied.coupon.code)
        for kind, row in (("filter", narrowed), ("fixed_charge", fixed), ("applied_coupon", applied)):  # fmt: skip
            self._know(kind, row)
        self.plan, self.metric, self.add_on = plan, metric, add_on

    def _bill(self) -> None:
        asked = NewSubscription(external_id=f"{self.name}-sub", plan=self.plan, name=self.name)
        subscription = start_subscription(self.customer, asked=asked, actor=SYSTEM, at=NOW)
        event = {
            "transaction_id": f"{self.name}-event",
            "external_subscription_id": subscription.external_id,
            "code": self.metric.code,
        }
        ingest(self.organization, event, at=NOW, actor=SYSTEM)
        self.invoice = create_one_off_invoice(
            self.customer,
            lines=[OneOffLine(add_on_code=self.add_on.code, units=Decimal(2))],
            currency="EUR",
            actor=SYSTEM,
            at=NOW,
        )
        fee = self.invoice.fees.get()
        note = issue_credit_note(
            self.invoice,
            asked=NewCreditNote(items=[NoteItem(fee.pk, 500)], credit_cents=600),
            actor=SYSTEM,
            at=NOW,
        )
        wallet = WalletFactory(customer=self.customer, name=self.name, code=f"{self.name}-wallet")
        moved = grant(wallet, top_up=TopUp(credits=Decimal(5)), actor=SYSTEM, at=NOW)
        self._know("subscription", subscription, subscription.external_id)
        self._know("wallet", wallet)
        rows = {"invoice": self.invoice, "fee": fee, "credit_note": note}
        for kind, row in (rows | {"wallet_transaction": moved}).items():
            self._know(kind, row)
        begun = NewBatch(uuid.uuid4(), "email", [self.invoice])
        member = MembershipFactory(organization=self.organization)
        self._know("invoice_batch", start_batch(member, asked=begun, actor=SYSTEM, at=NOW))
        self.ids["event"] = self.codes["event"] = event["transaction_id"]

    def _pay(self) -> None:
        payment = record_payment(
            self.invoice, amount_cents=100, reference=NAME, paid_at=None, actor=SYSTEM, at=NOW
        )
        stamps = {"organization": self.organization, "created_at": NOW}
        receipt = PaymentReceipt.objects.filter(payment=payment).first()
        receipt = receipt or PaymentReceipt.objects.create(**stamps, payment=payment, number="R1")
        both = stamps | {"updated_at": NOW}
        provider = PaymentProvider.objects.create(**both, kind="manual", name=NAME, code="manual")
        method = PaymentMethod.objects.create(
            **both, customer=self.customer, provider=provider, provider_method_id="pm", kind="card"
        )
        request = PaymentRequest.objects.create(
            **both,
            customer=self.customer,
            amount_cents=100,
            amount_currency="EUR",
            email=f"{self.name}@example.com",
        )
        campaign = DunningCampaign.objects.create(**both, name=self.name, code="campaign")
        rows = {"payment": payment, "receipt": receipt, "provider": provider}
        rows |= {"payment_method": method, "payment_request": request, "campaign": campaign}
        for kind, row in rows.items():
            self._know(kind, row)

    def _connect(self) -> None:
        endpoint = WebhookEndpointFactory(
            organization=self.organization, webhook_url=f"https://{NAME}.example.com/"
        )
        delivery = WebhookDelivery.objects.create(
            organization=self.organization,
            endpoint=endpoint,
            message=OutboxMessage.objects.filter(organization=self.organization).first(),
            webhook_type="invoice.created",
            object_type="invoice",
            object_id=self.invoice.pk,
            payload=b"{}",
            status="succeeded",
            created_at=NOW,
            updated_at=NOW,
        )
        key, self.secret = issue_api_key(self.organization, name=NAME, actor=SYSTEM, at=NOW)
        self.membership = MembershipFactory(organization=self.organization)
        logged = log_request(
            self.organization,
            api_key_id=key.pk,
            request_id=f"{NAME}-request",
            method="POST",
            path=f"/api/v1/{NAME}",
            status=422,
            duration_ms=1,
            answer=NAME,
            at=NOW,
        )
        self._know("logged_request", logged)
        for kind, row in (("endpoint", endpoint), ("delivery", delivery), ("key", key)):
            self._know(kind, row)
        self._know("member", self.membership)
        asked = NewView(listing="invoice-list", query="q=x", name=self.name, is_shared=True)
        self._know("saved_view", save_view(self.membership, asked=asked, actor=SYSTEM, at=NOW))
        self.ids["billing_entity"] = self.codes["billing_entity"] = f"{self.name}-entity"

    def names(self, *, is_api: bool) -> Mapping[str, str]:
        """Return what the objects are called in the API, or in the console."""
        return self.codes if is_api else self.ids
