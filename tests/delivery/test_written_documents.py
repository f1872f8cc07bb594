"""What stands on invoices, credit notes and receipts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from activity.actors import COMMAND
from delivery.documents import document_of, written
from invoices.models import CouponCredit, CreditNote, InvoiceTax, PrepaidCredit
from payments.models import PaymentReceipt
from tests.delivery.issued import one_off
from tests.factories import (
    AT,
    AppliedCouponFactory,
    FeeFactory,
    InvoiceFactory,
    SubscriptionFactory,
    TaxFactory,
    WalletFactory,
)
from wallets.operations import transactions
from wallets.operations.transactions import TopUp
from workflows.record_payment import record_payment

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_invoice_says_who_what_when_and_how_much(hooli) -> None:
    TaxFactory(organization=hooli.organization, applied_to_organization=True, name="VAT")
    hooli.net_payment_term = 30
    hooli.save()

    said = written(one_off(hooli, units=Decimal("1.5"), description="Two halves"))

    assert (said["heading"], said["mark"]) == ("Invoice", "")
    assert said["seller"]["name"] == "Airports, Inc."
    assert said["seller"]["lines"] == [
        "4 World Trade Center",
        "New York, NY 10007",
        "United States",
    ]
    assert said["parties"] == [
        {
            "label": "Bill to",
            "name": "Hooli GmbH",
            "lines": ["Torstraße 1", "10119 Berlin", "Germany", "Tax ID DE123"],
        }
    ]
    assert said["facts"] == [
        ["Invoice number", said["number"]],
        ["Issue date", "Mar 1, 2026"],
        ["Due date", "Mar 31, 2026"],
        ["Payment terms", "30 days"],
    ]
    assert said["summary"] == {"text": "Amount due by Mar 31, 2026", "amount": "€180.00"}
    [group] = said["groups"]
    assert group["sections"][0]["rows"] == [
        {
            "name": "Set-up",
            "notes": ["Two halves"],
            "is_sub": False,
            "units": "1.5",
            "price": "€100.00",
            "tax": "20%",
            "amount": "€150.00",
        }
    ]
    assert amounts(said) == [
        ("Subtotal", "€150.00"),
        ("VAT 20%", "€30.00"),
        ("Total incl. tax", "€180.00"),
        ("Amount due", "€180.00"),
    ]
    assert said["footer"] == "Wire to Chase."


def amounts(said) -> list[tuple[str, str]]:
    return [(line["label"], line["amount"]) for line in said["totals"]]


def test_lines_are_grouped_by_subscription_and_period_in_the_invoices_zone(hooli) -> None:
    january = (datetime(2024, 1, 1, 5, tzinfo=UTC), datetime(2024, 2, 1, 5, tzinfo=UTC))
    invoice = InvoiceFactory(customer=hooli, timezone="America/New_York")
    airport = SubscriptionFactory(customer=hooli, name="Airport")
    backup = SubscriptionFactory(customer=hooli, name="Backup")
    line = {"customer": hooli, "invoice": invoice, "period": january}
    FeeFactory(**line, subscription=backup, item_name="Basic", amount_cents=500)
    parent = FeeFactory(
        **line,
        subscription=airport,
        fee_type="charge",
        item_name="Departures",
        filter_display_name="JFK",
        grouped_by={"terminal": "5"},
        units=Decimal("12.5"),
        precise_unit_amount=Decimal("0.0025"),
        amount_cents=3,
    )
    FeeFactory(
        **line,
        subscription=airport,
        fee_type="charge",
        item_name="Departures",
        true_up_parent=parent,
        amount_cents=97,
    )
    FeeFactory(
        **line, subscription=airport, fee_type="charge", item_name="Unused", amount_cents=0, units=0
    )
    FeeFactory(**line, subscription=airport, item_name="Airport services", amount_cents=1000)

    said = written(invoice)

    shown = [
        (group["title"], section["period"], [row["name"] for row in section["rows"]])
        for group in said["groups"]
        for section in group["sections"]
    ]
    month = "Jan 1, 2024 – Jan 31, 2024"
    assert shown == [
        ("Airport", month, ["Airport services", "Departures", "Minimum spend: Departures"]),
        ("Backup", month, ["Basic"]),
    ]
    usage = said["groups"][0]["sections"][0]["rows"][1]
    assert usage["notes"] == ["JFK", "terminal: 5"]
    assert (usage["units"], usage["price"], usage["amount"]) == ("12.5", "€0.0025", "€0.03")
    assert [group["total"] for group in said["groups"]] == ["€11.00", ""]


def test_price_steps_stand_below_their_line(hooli) -> None:
    step = {"step": "price", "model": "graduated", "total_with_flat_amount": "0"}
    invoice = InvoiceFactory(customer=hooli)
    FeeFactory(
        customer=hooli,
        invoice=invoice,
        fee_type="charge",
        item_name="Cancellations",
        units=14,
        amount_cents=110_000,
        explanation=[
            {"step": "aggregation", "units": "14"},
            step | {"from_value": "0", "to_value": "10", "units": "10", "per_unit_amount": "0",
                    "per_unit_total_amount": "0", "flat_unit_amount": "0"},
            step | {"from_value": "11", "to_value": None, "units": "4", "per_unit_amount": "250",
                    "per_unit_total_amount": "1000", "flat_unit_amount": "100"},
        ],
    )  # fmt: skip

    rows = written(invoice)["groups"][0]["sections"][0]["rows"]

    assert [(row["name"], row["units"], row["price"], row["amount"]) for row in rows] == [
        ("Cancellations", "14", "", "€1,100.00"),
        ("0 to 10", "10", "€0.00", "€0.00"),
        ("11 and more", "4", "€250.00", "€1,000.00"),
        ("Flat amount", "1", "€100.00", "€100.00"),
    ]


def test_everything_that_comes_off_is_named(hooli) -> None:
    organization = hooli.organization
    invoice = InvoiceFactory(
        customer=hooli,
        fees_amount_cents=10_000,
        coupons_amount_cents=1_000,
        sub_total_excluding_taxes_amount_cents=9_000,
        taxes_amount_cents=1_800,
        sub_total_including_taxes_amount_cents=10_800,
        prepaid_credit_amount_cents=800,
        total_amount_cents=10_000,
    )
    common = {"organization": organization, "invoice": invoice, "created_at": AT}
    applied = AppliedCouponFactory(customer=hooli, coupon__name="Winter")
    CouponCredit.objects.create(**common, applied_coupon=applied, amount_cents=1_000)
    InvoiceTax.objects.create(
        **common,
        tax_name="VAT",
        tax_code="vat",
        tax_rate=20,
        amount_cents=1_800,
        fees_amount_cents=9_000,
    )
    wallet = WalletFactory(customer=hooli, name="Prepaid")
    transactions.grant(wallet, top_up=TopUp(credits=Decimal(20)), actor=COMMAND, at=AT)
    spent = transactions.spend(wallet, amount_cents=800, actor=COMMAND, at=AT)
    PrepaidCredit.objects.create(**common, wallet_transaction=spent, role="spent")

    assert amounts(written(invoice)) == [
        ("Subtotal", "€100.00"),
        ("Coupon: Winter", "-€10.00"),
        ("Subtotal excl. tax", "€90.00"),
        ("VAT 20%", "€18.00"),
        ("Total incl. tax", "€108.00"),
        ("Prepaid credits: Prepaid", "-€8.00"),
        ("Amount due", "€100.00"),
    ]


def test_a_receipt_says_what_was_paid_and_when(hooli) -> None:
    invoice = one_off(hooli)
    record_payment(
        invoice, amount_cents=10_000, reference="WIRE 1", paid_at=NOW, actor=COMMAND, at=NOW
    )

    receipt = PaymentReceipt.objects.get()
    said = written(receipt)

    assert said["heading"] == "Payment receipt"
    assert said["facts"] == [
        ["Receipt number", receipt.number],
        ["Paid on", "Mar 1, 2026"],
        ["Payment method", "Manual payment"],
        ["Reference", "WIRE 1"],
    ]
    assert amounts(said) == [("Amount paid", "€100.00")]
    assert bytes(document_of(receipt, at=NOW).content).startswith(b"%PDF")


def test_a_credit_note_says_what_is_given_back_and_how(hooli) -> None:
    invoice = one_off(hooli)
    fee = invoice.fees.get()
    note = CreditNote.objects.create(
        organization=hooli.organization,
        customer=hooli,
        invoice=invoice,
        sequential_id=1,
        number=f"{invoice.number}-CN001",
        status="finalized",
        reason="order_change",
        description="First line\nSecond line",
        currency="EUR",
        issuing_date=date(2026, 3, 2),
        total_amount_cents=4_500,
        credit_amount_cents=2_500,
        refund_amount_cents=2_000,
        balance_amount_cents=2_500,
        sub_total_excluding_taxes_amount_cents=4_500,
        coupons_adjustment_amount_cents=500,
        created_at=NOW,
        updated_at=NOW,
    )
    note.items.create(
        organization=hooli.organization,
        fee=fee,
        amount_cents=5_000,
        precise_amount_cents=5_000,
        amount_currency="EUR",
        created_at=NOW,
    )

    said = written(note)

    assert ["Original invoice", invoice.number] in said["facts"]
    assert ["Reason", "Order change"] in said["facts"]
    assert amounts(said) == [
        ("Subtotal", "€50.00"),
        ("Coupons", "-€5.00"),
        ("Subtotal excl. tax", "€45.00"),
        ("Total credited", "€45.00"),
        ("Credited to the balance", "€25.00"),
        ("Refunded", "€20.00"),
    ]
    assert said["notes"] == [{"label": "Note", "lines": ["First line", "Second line"]}]
