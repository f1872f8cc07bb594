"""An organization with one of everything that can be refused."""

from __future__ import annotations

from typing import Any

from activity.actors import SYSTEM
from invoices.models import Invoice
from tests.factories import CouponFactory, SubscriptionFactory
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox
from workflows.void_invoice import void_invoice

COUPON = {
    "name": "Ten",
    "coupon_type": "percentage",
    "percentage_rate": 10.0,
    "frequency": "once",
    "expiration": "no_expiration",
}


def wallet(**members: Any) -> dict[str, Any]:
    return {"external_customer_id": "acme", "rate_amount": "1", "currency": "EUR", **members}


class World:
    """An organization with one of everything that can be refused."""

    def __init__(self, api: Any) -> None:
        organization = sandbox(api.organization)
        self.acme = a_customer(organization, external_id="acme")
        drafted = a_customer(organization, external_id="drafted")
        self.final = billed(self.acme)
        self.draft = billed(drafted, grace=30, external_id="drafted")
        self.unpaid, self.paid = one_off(self.acme), paid(one_off(self.acme))
        self.voided = void_invoice(one_off(self.acme), actor=SYSTEM, at=NOW)
        self.busy = one_off(self.acme)
        Invoice.objects.filter(pk=self.busy.pk).update(ready_for_payment_processing=False)
        self.plan = self.final.fees.get(fee_type="subscription").subscription.plan
        self.metric = self.plan.charges.get().billable_metric
        SubscriptionFactory(
            organization=organization,
            customer=self.acme,
            plan=self.plan,
            external_id="waiting",
            status="incomplete",
            started_at=None,
        )
        self.once = CouponFactory(organization=organization, code="once", reusable=False)
        self.wallet = api.post("/wallets", {"wallet": wallet(paid_credits="50")})[1]["wallet"]
        self.ended = api.post("/wallets", {"wallet": wallet(name="Old")})[1]["wallet"]
        api.delete(f"/wallets/{self.ended['lago_id']}")
        self.purchase = Invoice.objects.get(invoice_type="credit")
        spent = api.post("/wallets", {"wallet": wallet(paid_credits="50", name="Spent")})[1][
            "wallet"
        ]
        self.paid_purchase = paid(
            Invoice.objects.filter(invoice_type="credit").exclude(pk=self.purchase.pk).get()
        )
        void = {"wallet_id": spent["lago_id"], "voided_credits": "50"}
        api.post("/wallet_transactions", {"wallet_transaction": void})
        note = {
            "invoice_id": str(self.unpaid.pk),
            "reason": "other",
            "credit_amount_cents": 120,
            "items": [{"fee_id": str(self.unpaid.fees.get().pk), "amount_cents": 100}],
        }
        self.note = api.post("/credit_notes", {"credit_note": note})[1]["credit_note"]
        self.used_up = api.post("/credit_notes", {"credit_note": note})[1]["credit_note"]
        api.put(f"/credit_notes/{self.used_up['lago_id']}/void")
        limited = {"applies_to": {"plan_codes": [self.plan.code]}, "reusable": True}
        for code in ("here", "there"):
            api.post("/coupons", {"coupon": {**COUPON, **limited, "code": code}})
        for code in ("once", "here"):
            applied = {"external_customer_id": "acme", "coupon_code": code}
            api.post("/applied_coupons", {"applied_coupon": applied})
