"""Made-up requests name what is there, most of the time."""

import random

from tests.fuzz.names import Names

CODES = {"customer": "hooli", "plan": "gold", "tax": "vat", "subscription": "sub"}
NAMES = Names(CODES, {"metric": "m-id", "invoice": "i-id"})


def share(values, value) -> int:
    return [one for one in values].count(value)


def test_a_path_names_real_things_five_times_in_six():
    dice = random.Random(1)
    path = "/api/v1/customers/{external_id}/subscriptions/{id}"

    found = [NAMES.in_path(path, {"external_id": "x", "id": "y"}, dice) for _ in range(600)]

    assert 480 < share([one["external_id"] for one in found], "hooli") < 520
    assert 480 < share([one["id"] for one in found], "sub") < 520
    assert {one["id"] for one in found} == {"sub", "y"}


def test_a_body_names_real_things_at_any_depth_and_keeps_the_rest():
    dice = random.Random(1)
    body = {
        "subscription": {"plan_code": 7, "external_id": "", "name": None, "x": [{"plan_code": []}]}
    }

    found = [NAMES.in_value(body, dice)["subscription"] for _ in range(400)]

    assert 280 < share([one["plan_code"] for one in found], "gold") < 320
    assert 280 < share([one["x"][0]["plan_code"] for one in found], "gold") < 320
    assert {(one["external_id"], one["name"]) for one in found} == {("sub", None), ("", None)}
    assert body["subscription"]["plan_code"] == 7
