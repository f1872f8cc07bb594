"""An organization that has one of everything, and then as many of everything as one asks for.

The database copies the rows: 300 subscriptions on one customer, 300 lines on one invoice, and so on.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Field, Model, UniqueConstraint

from activity.actors import SYSTEM
from activity.models import JournalEntry, OutboxMessage
from catalog.models import Charge, FixedCharge, MinimumCommitment, Tax, UsageThreshold
from customers.models import CustomerMetadata
from delivery.models import SentEmail, WebhookAttempt, WebhookDelivery
from invoices.models import BillingFailure, CreditNote, InvoiceMetadata
from payments.models import Payment, Refund
from tests.factories import ChargeFactory, CouponFactory
from tests.invoices.given import NOW, a_customer, billed, one_off
from tests.security.world import World
from usage.models import UsageEvent
from wallets.models import Wallet
from workflows.adjust_fee import adjust_fee
from workflows.void_invoice import void_invoice

APPS = ("activity", "organizations", "catalog", "customers", "subscriptions", "coupons")
APPS += ("wallets", "invoices", "payments", "delivery")
ONCE = {"AdjustedFee", "DunningThreshold", "MinimumCommitment", "NumberSequence", "Organization"}
"""Of these there is one; copies of it would contradict."""
AT_MOST = {"CustomerMetadata": 5, "InvoiceMetadata": 5, "WebhookEndpoint": 10}
"""How many there may be of those that the product limits."""
FOLLOWS = {
    "AppliedCoupon.coupon",
    "BilledPeriod.subscription",
    "BillingFailure.customer",
    "Charge.billable_metric",
    "Charge.plan",
    "CouponCredit.applied_coupon",
    "CreditNoteItem.fee",
    "Fee.charge",
    "Fee.subscription",
    "FeeTax.fee",
    "FixedCharge.add_on",
    "InvoiceBatchRow.invoice",
    "InvoiceSubscription.subscription",
    "InvoiceTax.tax",
    "Membership.operator",
    "PaymentReceipt.payment",
    "Refund.payment",
    "Subscription.plan",
    "WebhookDelivery.message",
}
"""References by which a copy leads to a copy; by all others it leads to where the original does."""
VALUES = {
    # The oldest of the journal are copies, so that what the newest tell is always the same.
    "JournalEntry.id": "-(n * 1000000000::bigint + {column})",
    "UsageEvent.seq": "nextval('usage_event_seq')",
    "UsageEvent.transaction_id": "n || '-' || {column}",
    "Tax.applied_to_organization": "false",
    # Wallets hold what their ledger adds up to.
    "Wallet.balance_cents": "0",
    "Wallet.credits_balance": "0",
}
"""What copies have in certain columns."""


class Crowd(World):
    """Everything that there can be many of: `grow(count)` adds copies of each row."""

    def __init__(self) -> None:
        super().__init__()
        self.organization.sandbox_now = NOW
        self.organization.save()
        self.elsewhere: dict[str, dict[str, str]] = {}
        """What the world calls otherwise on some addresses, by their patterns."""
        self._sell_more()
        self._bill_more()
        self._note()
        self.rows = {model: list(model._base_manager.all()) for model in _models()}
        for model in (JournalEntry, OutboxMessage):
            self.rows[model] = self.rows[model][:4]
        # The plan itself gets many charges; each of its copies, that one copy of a subscription has, gets one.
        self.rows[Charge] = [self.charge, self.one_each]
        self.rows[UsageEvent] = list(UsageEvent.objects.filter(code=self.metric.code)[:1])
        self.links = {through: list(through._base_manager.all()) for through in _links()}
        self.count = 0

    def _sell_more(self) -> None:
        stamps = {"organization": self.organization, "created_at": NOW, "updated_at": NOW}
        self.charge = Charge.objects.get(plan=self.plan)
        self.one_each = ChargeFactory(plan=self.plan, code="one-each")
        fixed = FixedCharge.objects.get(organization=self.organization)
        fixed.plan = self.plan
        fixed.save()
        MinimumCommitment.objects.create(**stamps, plan=self.plan, amount_cents=100)
        UsageThreshold.objects.create(**stamps, plan=self.plan, amount_cents=100)
        CouponFactory(organization=self.organization).plans.add(self.plan)
        self.plan.taxes.add(Tax.objects.get(pk=self.ids["tax"]))

    def _bill_more(self) -> None:
        """Make a draft, of which a line is adjusted, and void an invoice."""
        draft = billed(a_customer(self.organization), grace=30, external_id="draft")
        adjusted = draft.fees.get(fee_type="charge")
        adjusted = adjust_fee(adjusted, units=Decimal(2), actor=SYSTEM, at=NOW)
        line = draft.fees.get(fee_type="subscription", deleted_at=None)
        voided = one_off(self.customer)
        void_invoice(voided, actor=SYSTEM, at=NOW)
        names = {"invoice": str(draft.pk), "fee": str(line.pk)}
        for what in ("finalize/", "delete/", "fees/<uuid:fee_pk>/adjust/"):
            self.elsewhere[f"invoices/<uuid:pk>/{what}"] = names
        undone = names | {"fee": str(adjusted.pk)}
        self.elsewhere["invoices/<uuid:pk>/fees/<uuid:fee_pk>/undo/"] = undone
        self.elsewhere["invoices/<uuid:pk>/regenerate/"] = {"invoice": str(voided.pk)}

    def _note(self) -> None:
        """Add what neither the world nor a workflow has made."""
        stamps = {"organization": self.organization, "created_at": NOW}
        both = stamps | {"updated_at": NOW}
        about = {"object_type": "invoice", "object_id": self.invoice.pk}
        own = {"organization": self.organization}
        CustomerMetadata.objects.create(**both, customer=self.customer, key="a", value="b")
        InvoiceMetadata.objects.create(**both, invoice=self.invoice, key="a", value="b")
        SentEmail.objects.create(**stamps, **about, kind="invoice", recipients=[], subject="Yours")
        failed = {"last_failed_at": NOW, "attempts": 1, "code": "failed", "message": "Failed."}
        BillingFailure.objects.create(**stamps, **failed, customer=self.customer)
        delivery = WebhookDelivery.objects.get(pk=self.ids["delivery"])
        WebhookAttempt.objects.create(
            **own, delivery=delivery, at=NOW, url="https://", duration_ms=1
        )
        payment = Payment.objects.get(pk=self.ids["payment"])
        note = CreditNote.objects.get(pk=self.ids["credit_note"])
        Refund.objects.create(**both, payment=payment, credit_note=note, amount_cents=1)

    def grow(self, count: int) -> None:
        """Add copies of everything until there are `count` more than there were."""
        self.first, self.last = self.count + 1, self.count + count
        self.count = self.last
        made: dict[Any, list[Any]] = {}
        for model, rows in self.rows.items():
            for row in rows:
                made[row.pk] = self._copy(model, row, made)
        for through, links in self.links.items():
            copies = [copy for link in links for copy in _linked(through, link, made)]
            through._base_manager.bulk_create(copies)
        granted = 1 + self.count
        Wallet.objects.filter(pk=self.ids["wallet"]).update(
            balance_cents=500 * granted, credits_balance=5 * granted
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database does by itself, some time later

    def _copy(self, model: type[Model], row: Any, made: dict[Any, list[Any]]) -> list[Any]:
        distinct, words = _distinct(model), []
        values: dict[str, str] = {}
        for field in model._meta.concrete_fields:
            key, name = getattr(row, field.attname), f"{model.__name__}.{field.name}"
            # The charge stays with the plan.
            follows = name in FOLLOWS and (row, field.name) != (self.charge, "plan")
            if follows and key in made:
                values[field.column] = f"(%s::{field.db_type(connection)}[])[n - {self.first - 1}]"
                words.append(made[key])
            elif value := _value(field, name, distinct):
                values[field.column] = value
        last = min(self.last, AT_MOST.get(model.__name__, self.last + 1) - 1)
        columns = ", ".join(f'"{column}"' for column in values)
        table, pk = f'"{model._meta.db_table}"', f'"{model._meta.pk.column}"'
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {', '.join(values.values())}"
                f" FROM {table}, generate_series({self.first}, {last}) AS n"
                f" WHERE {pk} = %s ORDER BY n RETURNING {pk}",
                [*words, row.pk],
            )
            return [key for (key,) in cursor.fetchall()]


def _value(field: Field[Any, Any], name: str, distinct: set[str]) -> str:
    """Write in SQL what the n-th copy of a row has in a column; nothing where the database numbers it."""
    column, kind = f'"{field.column}"', field.get_internal_type()
    if name in VALUES:
        return VALUES[name].format(column=column)
    if field.primary_key:
        return "gen_random_uuid()" if kind == "UUIDField" else ""
    if field.name not in distinct or field.is_relation:
        return column
    if kind in ("CharField", "TextField", "EmailField"):
        return f"left(n || '-' || {column}, {getattr(field, 'max_length', None) or 255})"
    return f"{column} + 1000 * n" if kind in ("IntegerField", "BigIntegerField") else column


def _linked(through: Any, link: Any, made: dict[Any, list[Any]]) -> Iterator[Any]:
    """Yield the links of a link's one end to the copies of the other; nothing bears hundreds of taxes."""
    one, two = (field.attname for field in through._meta.fields if field.is_relation)
    for copied, kept in ((one, two), (two, one)):
        for key in made.get(getattr(link, copied), []) if copied != "tax_id" else []:
            yield through(**{copied: key, kept: getattr(link, kept)})


def _models() -> list[type[Model]]:
    found = (model for name in APPS for model in apps.get_app_config(name).get_models())
    return [model for model in found if model.__name__ not in ONCE]


def _links() -> list[Any]:
    fields = (field for model in _models() for field in model._meta.local_many_to_many)
    return [field.remote_field.through for field in fields]  # type: ignore[union-attr]


def _distinct(model: type[Model]) -> set[str]:
    """Name the columns that tell the rows of a model apart, and the name that people see."""
    names = {field.name for field in model._meta.concrete_fields if field.unique} | {"name"}
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint):
            names |= set(rule.fields)
    return names
