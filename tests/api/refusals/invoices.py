"""What is refused of invoices, fees and payments of them."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.refusals.refusal import Refusal, refused
from tests.api.refusals.world import World


def invoices(world: World) -> Iterator[Refusal]:
    fee = {"add_on_code": "none", "unit_amount_cents": 5}
    one = {"external_customer_id": "acme", "currency": "EUR", "fees": [fee]}
    yield Refusal("post", "/invoices", {"invoice": one}, 404, "add_on_not_found")
    yield Refusal("post", "/invoices", {"invoice": one | {"fees": []}}, 404, "fees_not_found")
    known = {"add_on_code": world.unpaid.fees.get().item_code}
    make = refused("/invoices", "invoice", **one | {"fees": [known]})
    yield make({"currency": "USD"}, {"currency": ["currencies_does_not_match"]})
    half = known | {"from_datetime": "2024-01-01T00:00:00Z"}
    yield make({"fees": [half]}, {"boundaries": ["values_are_invalid"]})
    for name, verb, path, code in (
        ("final", "delete", "", "not_deletable"),
        ("voided", "post", "/void", "not_voidable"),
        ("draft", "post", "/lose_dispute", "not_disputable"),
        ("paid", "post", "/retry_payment", "invalid_status"),
        ("busy", "post", "/retry_payment", "payment_processor_is_currently_handling_payment"),
        ("final", "post", "/retry", "invalid_status"),
    ):
        yield Refusal(verb, f"/invoices/{getattr(world, name).pk}{path}", None, 405, code)
    yield Refusal("put", f"/invoices/{world.final.pk}/finalize", None, 404, "invoice_not_found")
    yield Refusal(
        "post",
        f"/invoices/{world.unpaid.pk}/void",
        {"generate_credit_note": True, "credit_amount": 10**6},
        422,
        {"credit_refund_amount": ["total_amount_exceeds_invoice_amount"]},
    )
    note = {"metadata": [{"key": "k", "value": "v"}]}
    draft = f"/invoices/{world.draft.pk}"
    yield Refusal("put", draft, {"invoice": note}, 405, "metadata_on_draft_invoice")
    status = {"invoice": {"payment_status": "succeeded"}}
    yield Refusal("put", draft, status, 405, "payment_status_update_on_draft_invoice")
    voided = f"/invoices/{world.voided.pk}"
    yield Refusal("put", voided, status, 405, "update_on_voided_invoice")
    final = f"/invoices/{world.final.pk}"
    for members, errors in (
        ({"payment_status": "gone"}, {"payment_status": ["invalid_payment_status"]}),
        ({"metadata": [{"key": str(n)} for n in range(6)]}, {"metadata": ["invalid_count"]}),
        ({"metadata": [{"key": "k" * 21}]}, {"metadata": ["key_too_long"]}),
        ({"metadata": [{"key": "k", "value": "v" * 256}]}, {"metadata": ["value_too_long"]}),
    ):
        yield Refusal("put", final, {"invoice": members}, 422, errors)
    line = f"/fees/{world.final.fees.first().pk}"
    yield Refusal("delete", line, None, 405, "invoiced_fee")
    yield Refusal("put", line, {"fee": {"payment_status": "succeeded"}}, 405, "invoiced_fee")
    payment = {"invoice_id": str(world.final.pk), "amount_cents": 10**6, "reference": "r"}
    yield Refusal(
        "post", "/payments", {"payment": payment}, 422,
        {"amount_cents": ["value_is_out_of_range"]},
    )  # fmt: skip
