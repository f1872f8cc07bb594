"""What is refused of subscriptions, events and usage."""

from __future__ import annotations

from collections.abc import Iterator

from tests.api.refusals.refusal import Refusal, refused
from tests.api.refusals.world import World


def subscriptions_and_usage(world: World) -> Iterator[Refusal]:
    assign = refused(
        "/subscriptions",
        "subscription",
        external_customer_id="acme",
        plan_code=world.plan.code,
        external_id="new",
    )
    yield assign({"external_id": None}, {"external_id": ["value_is_mandatory"]})
    yield assign({"ending_at": "2001-01-01T00:00:00Z"}, {"ending_at": ["invalid_date"]})
    nobody = {"external_customer_id": "nobody", "plan_code": "none", "external_id": "x"}
    yield Refusal("post", "/subscriptions", {"subscription": nobody}, 404, "plan_not_found")
    yield Refusal(
        "delete",
        "/subscriptions/sub?on_termination_invoice=maybe",
        None,
        422,
        {"on_termination_invoice": ["invalid_value"]},
    )
    yield Refusal(
        "delete", "/subscriptions/waiting?status=incomplete", None, 422,
        {"base": ["subscription_incomplete"]},
    )  # fmt: skip
    event = {"transaction_id": "t", "code": "c", "external_subscription_id": "sub"}
    yield Refusal(
        "post",
        "/events",
        {"event": event | {"timestamp": "noon"}},
        422,
        {"timestamp": ["invalid_format"]},
    )
    yield Refusal("post", "/events/batch", {"events": []}, 422, {"events": ["no_events"]})
    many = [{"transaction_id": str(n), "code": "c"} for n in range(101)]
    yield Refusal("post", "/events/batch", {"events": many}, 422, {"events": ["too_many_events"]})
    estimate = {"code": world.metric.code, "external_subscription_id": "sub"}
    yield Refusal(
        "post",
        "/events/estimate_fees",
        {"event": estimate},
        422,
        {"code": ["does_not_match_an_instant_charge"]},
    )
    usage = "/customers/acme/current_usage?external_subscription_id="
    yield Refusal("get", usage + "none", None, 405, "no_active_subscription")
    yield Refusal("get", usage + "sub&full_usage=true", None, 405, "full_usage_not_allowed")
    sections = {
        "external_id": "acme",
        "skip_invoice_custom_sections": True,
        "invoice_custom_section_codes": ["x"],
    }
    yield Refusal(
        "post",
        "/customers",
        {"customer": sections},
        422,
        {"invoice_custom_sections": ["skip_sections_and_selected_ids_sent_together"]},
    )
