"""The smallest valid rows. Nothing random: what matters to a test stands in the test."""

from datetime import UTC, datetime

import factory

from catalog.models import (
    AddOn,
    BillableMetric,
    BillableMetricFilter,
    Charge,
    ChargeFilter,
    Plan,
    Tax,
)
from coupons.models import AppliedCoupon, Coupon
from customers.models import Customer
from delivery.models import WebhookEndpoint
from invoices.models import Fee, Invoice
from organizations.models import Membership, Operator, Organization
from subscriptions.models import Subscription
from wallets.models import Wallet

AT = datetime(2024, 1, 1, tzinfo=UTC)


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    name = factory.Sequence(lambda n: f"Organization {n}")
    document_number_prefix = factory.Sequence(lambda n: f"ORG-{n}")
    hmac_key = "k" * 64
    created_at = AT


class OperatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Operator

    email = factory.Sequence(lambda n: f"operator{n}@example.com")
    created_at = AT


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    organization = factory.SubFactory(OrganizationFactory)
    operator = factory.SubFactory(OperatorFactory)
    role = "owner"
    created_at = AT


class OwnedFactory(factory.django.DjangoModelFactory):
    """A row that belongs to an organization and was made at AT."""

    class Meta:
        abstract = True

    organization = factory.SubFactory(OrganizationFactory)
    created_at = AT
    updated_at = AT


class TaxFactory(OwnedFactory):
    class Meta:
        model = Tax

    name = "VAT"
    code = factory.Sequence(lambda n: f"tax{n}")
    rate = 20


class AddOnFactory(OwnedFactory):
    class Meta:
        model = AddOn

    name = "Set-up"
    code = factory.Sequence(lambda n: f"addon{n}")
    amount_cents = 1000
    amount_currency = "EUR"


class BillableMetricFactory(OwnedFactory):
    class Meta:
        model = BillableMetric

    name = "Calls"
    code = factory.Sequence(lambda n: f"metric{n}")
    aggregation_type = "count_agg"


class PlanFactory(OwnedFactory):
    class Meta:
        model = Plan

    name = "Plan"
    code = factory.Sequence(lambda n: f"plan{n}")
    interval = "monthly"
    amount_cents = 1000
    amount_currency = "EUR"


class ChargeFactory(OwnedFactory):
    class Meta:
        model = Charge

    organization = factory.SelfAttribute("plan.organization")
    plan = factory.SubFactory(PlanFactory)
    billable_metric = factory.SubFactory(
        BillableMetricFactory, organization=factory.SelfAttribute("..organization")
    )
    code = factory.Sequence(lambda n: f"charge{n}")
    charge_model = "standard"
    properties = {"amount": "1"}


class BillableMetricFilterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BillableMetricFilter

    organization = factory.SelfAttribute("billable_metric.organization")
    billable_metric = factory.SubFactory(BillableMetricFactory)
    key = "region"
    values = ["eu", "us"]
    created_at = AT


class ChargeFilterFactory(OwnedFactory):
    class Meta:
        model = ChargeFilter

    organization = factory.SelfAttribute("charge.organization")
    charge = factory.SubFactory(ChargeFactory)
    values = {"region": ["eu"]}
    properties = {"amount": "2"}


class CustomerFactory(OwnedFactory):
    class Meta:
        model = Customer

    external_id = factory.Sequence(lambda n: f"customer{n}")
    # The product itself begins to count with 1.
    sequential_id = factory.Sequence(lambda n: n + 1_001)
    slug = factory.Sequence(lambda n: f"ORG-{n + 1:03d}")
    name = "Customer"


class CustomersFactory(OwnedFactory):
    """A row that belongs to a customer."""

    class Meta:
        abstract = True

    organization = factory.SelfAttribute("customer.organization")
    customer = factory.SubFactory(CustomerFactory)


class SubscriptionFactory(CustomersFactory):
    class Meta:
        model = Subscription

    plan = factory.SubFactory(PlanFactory, organization=factory.SelfAttribute("..organization"))
    external_id = factory.Sequence(lambda n: f"subscription{n}")
    status = "active"
    subscription_at = AT
    started_at = AT


class CouponFactory(OwnedFactory):
    class Meta:
        model = Coupon

    name = "Coupon"
    code = factory.Sequence(lambda n: f"coupon{n}")
    coupon_type = "fixed_amount"
    amount_cents = 500
    amount_currency = "EUR"
    frequency = "once"


class AppliedCouponFactory(CustomersFactory):
    class Meta:
        model = AppliedCoupon

    coupon = factory.SubFactory(CouponFactory, organization=factory.SelfAttribute("..organization"))
    coupon_type = "fixed_amount"
    amount_cents = 500
    amount_currency = "EUR"
    frequency = "once"


class WalletFactory(CustomersFactory):
    class Meta:
        model = Wallet

    code = factory.Sequence(lambda n: f"wallet{n}")
    currency = "EUR"
    rate_amount = 1


class InvoiceFactory(CustomersFactory):
    """A final one without fees."""

    class Meta:
        model = Invoice

    invoice_type = "subscription"
    status = "finalized"
    number = factory.Sequence(lambda n: f"ORG-001-{n + 1:03d}")
    sequential_id = factory.Sequence(lambda n: n + 1)
    currency = "EUR"
    timezone = "UTC"
    billed_at = AT
    issuing_date = AT.date()
    expected_finalization_date = AT.date()
    payment_due_date = AT.date()
    net_payment_term = 0
    finalized_at = AT


class FeeFactory(CustomersFactory):
    class Meta:
        model = Fee

    invoice = factory.SubFactory(InvoiceFactory, customer=factory.SelfAttribute("..customer"))
    fee_type = "subscription"
    item_code = "plan"
    item_name = "Plan"
    amount_cents = 1000
    amount_currency = "EUR"
    precise_amount_cents = 1000
    units = 1
    precise_unit_amount = 10


class WebhookEndpointFactory(OwnedFactory):
    class Meta:
        model = WebhookEndpoint

    webhook_url = factory.Sequence(lambda n: f"https://hooks{n}.example.com/")
    signature_algo = "hmac"
