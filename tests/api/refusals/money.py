"""What is refused of credit notes, coupons and wallets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.refusals.refusal import Refusal, refused
from tests.api.refusals.world import COUPON, World, wallet


def credit_notes(world: World) -> Iterator[Refusal]:
    item = {"fee_id": str(world.final.fees.first().pk), "amount_cents": 100}
    issue = refused(
        "/credit_notes",
        "credit_note",
        invoice_id=str(world.final.pk),
        reason="other",
        credit_amount_cents=120,
        items=[item],
    )
    higher = ["higher_than_remaining_invoice_amount"]
    for members, errors in (
        ({"reason": "mood"}, {"reason": ["value_is_invalid"]}),
        ({"items": "all"}, {"items": ["must_be_an_array"]}),
        ({"items": [item | {"amount_cents": -1}]}, {"amount_cents": ["invalid_value"]}),
        ({"credit_amount_cents": 50}, {"base": ["does_not_match_item_amounts"]}),
        (
            {"credit_amount_cents": 0, "refund_amount_cents": 120},
            {"refund_amount_cents": ["cannot_refund_unpaid_invoice"]},
        ),
        ({"metadata": {str(n): "v" for n in range(51)}}, {"metadata": ["too_many_keys"]}),
        ({"metadata": {"k" * 41: "v"}}, {"metadata": ["key_too_long"]}),
        ({"metadata": {"k": "v" * 256}}, {"metadata": ["value_too_long"]}),
    ):
        yield issue(members, errors)
    much = {"items": [item | {"amount_cents": 10**5}], "credit_amount_cents": 120000}
    yield issue(much, {"amount_cents": ["higher_than_remaining_fee_amount"]})
    settled = {
        "invoice_id": str(world.paid.pk),
        "items": [{"fee_id": str(world.paid.fees.get().pk), "amount_cents": 100}],
        "credit_amount_cents": 0,
        "offset_amount_cents": 120,
    }
    yield issue(settled, {"offset_amount_cents": higher})
    yield issue(
        {"items": [], "credit_amount_cents": 0}, {"base": ["total_amount_must_be_positive"]}
    )
    other = issue({"items": [item | {"fee_id": str(world.paid.fees.get().pk)}]}, None)
    yield other._replace(status=404, said="fee_not_found")
    yield Refusal(
        "post",
        "/credit_notes",
        {"credit_note": {"invoice_id": str(world.draft.pk), "reason": "other", "items": []}},
        405,
        "invalid_type_or_status",
    )
    void = f"/credit_notes/{world.used_up['lago_id']}/void"
    yield Refusal("put", void, None, 405, "no_voidable_amount")
    yield from _notes_on_purchases(world)


def _notes_on_purchases(world: World) -> Iterator[Refusal]:
    for invoice, members, errors in (
        (
            world.purchase,
            {"credit_amount_cents": 5000},
            {"credit_amount_cents": ["cannot_credit_invoice"]},
        ),
        (
            world.purchase,
            {"offset_amount_cents": 4000},
            {"offset_amount_cents": ["not_equal_to_total_amount"]},
        ),
        (
            world.paid_purchase,
            {"offset_amount_cents": 5000},
            {"offset_amount_cents": ["cannot_apply_to_paid_invoice"]},
        ),
        (
            world.paid_purchase,
            {"refund_amount_cents": 5000},
            {"refund_amount_cents": ["higher_than_wallet_balance"]},
        ),
    ):
        cents = sum(members.values())
        item = {"fee_id": str(invoice.fees.get().pk), "amount_cents": cents}
        note = {"invoice_id": str(invoice.pk), "reason": "other", "items": [item], **members}
        yield Refusal("post", "/credit_notes", {"credit_note": note}, 422, errors)


def coupons_and_wallets(world: World) -> Iterator[Refusal]:
    coupon = refused("/coupons", "coupon", **COUPON, code="new")
    yield coupon({"code": "once"}, {"code": ["value_already_exist"]})
    for code, status, said in (
        ("once", 422, {"coupon": ["coupon_is_not_reusable"]}),
        ("there", 405, "plan_overlapping"),
        ("none", 404, "coupon_not_found"),
    ):
        applied = {"external_customer_id": "acme", "coupon_code": code}
        yield Refusal("post", "/applied_coupons", {"applied_coupon": applied}, status, said)
    both = {"plan_codes": [world.plan.code], "billable_metric_codes": [world.metric.code]}
    new = {"coupon": COUPON | {"code": "both", "applies_to": both}}
    yield Refusal("post", "/coupons", new, 405, "only_one_limitation_type_per_coupon_allowed")
    yield from _wallets(world)


def _wallets(world: World) -> Iterator[Refusal]:
    opened = refused("/wallets", "wallet", **wallet(name="Third"))
    rules = "recurring_transaction_rules"
    rule = {"trigger": "interval", "interval": "monthly", "paid_credits": "1"}
    for members, errors in (
        ({"external_customer_id": "nobody"}, {"customer": ["customer_not_found"]}),
        ({"rate_amount": "0"}, {"rate_amount": ["value_is_out_of_range"]}),
        ({"currency": "USD"}, {"currency": ["currencies_does_not_match"]}),
        ({"expiration_at": "2001-01-01"}, {"expiration_at": ["invalid_date"]}),
        ({"paid_credits": "x"}, {"paid_credits": ["invalid_paid_credits", "invalid_amount"]}),
        (
            {"granted_credits": "-1"},
            {"granted_credits": ["invalid_granted_credits", "invalid_amount"]},
        ),
        (
            {"paid_top_up_min_amount_cents": 100, "paid_credits": "0.5"},
            {"paid_credits": ["amount_below_minimum"]},
        ),
        (
            {"paid_top_up_max_amount_cents": 100, "paid_credits": "5"},
            {"paid_credits": ["amount_above_maximum"]},
        ),
        (
            {"paid_top_up_min_amount_cents": 9, "paid_top_up_max_amount_cents": 5},
            {"paid_top_up_max_amount_cents": ["must_be_greater_than_or_equal_min"]},
        ),
        ({rules: [{"trigger": "interval"}]}, {rules: ["invalid_recurring_rule"]}),
        ({rules: [rule, rule]}, {rules: ["invalid_number_of_recurring_rules"]}),
        ({"applies_to": {"fee_types": ["gift"]}}, {"applies_to": ["invalid_fee_types"]}),
        (
            {"applies_to": {"billable_metric_codes": ["none"]}},
            {"applies_to": ["invalid_identifier"]},
        ),
        ({"applies_to": {"fee_types": "charge"}}, {"applies_to": ["invalid_limitations"]}),
        ({"applies_to": "charges"}, {"applies_to": ["invalid_limitations"]}),
    ):
        yield opened(members, errors)
    held, ended = world.wallet["lago_id"], world.ended["lago_id"]
    move = refused("/wallet_transactions", "wallet_transaction", wallet_id=held)
    for members, errors in (
        ({"wallet_id": ended, "granted_credits": "1"}, {"wallet_id": ["wallet_is_terminated"]}),
        ({"wallet_id": str(world.metric.pk)}, {"wallet_id": ["wallet_not_found"]}),
        ({"voided_credits": "999"}, {"voided_credits": ["insufficient_credits"]}),
        ({"voided_credits": "x"}, {"voided_credits": ["invalid_voided_credits", "invalid_amount"]}),
        ({"granted_credits": "0.001"}, {"granted_credits": ["amount_rounds_to_zero"]}),
    ):
        yield move(members, errors)
    change = {"wallet": {"name": "New"}}
    yield Refusal("put", f"/wallets/{ended}", change, 422, {"wallet_id": ["wallet_is_terminated"]})
