"""Worked examples of usage: current usage, charges in advance, thresholds. Amounts in minor units."""

import pytest

from tests.workflows.sandbox import Sandbox, amounts

pytestmark = pytest.mark.django_db


def tier(first, last, unit="0", flat="0", **more):
    price = {"flat_amount": flat, **(more or {"per_unit_amount": unit})}
    return {"from_value": first, "to_value": last, **price}


def usages(box: Sandbox, metric: str, values) -> list[int]:
    """Use each value in turn, a day apart, and return what the current usage comes to after each."""
    found = []
    for day, value in enumerate(values, start=6):
        box.at(f"2023-03-{day:02d}T10:00")
        box.use(metric, amount=value)
        found.append(box.usage())
    return found


def of(model: str, aggregation: str = "sum_agg", **properties) -> tuple[Sandbox, str]:
    """A subscription from 5 March 2023 to one charge of a model."""
    box = Sandbox("2023-03-05T00:00")
    metric = box.metric(aggregation)
    box.subscribe(box.plan(0, box.charge(metric, model, **properties)))
    return box, metric


@pytest.mark.parametrize(
    ("properties", "values", "expected"),
    [
        ({"fixed_amount": "5", "free_units_per_events": 3}, [10] * 4, [0, 0, 0, 510]),
        (
            {"fixed_amount": "5", "free_units_per_total_aggregation": "15"},
            [4, 4, 4, 4, 10],
            [0, 0, 0, 501, 1011],
        ),
        (
            {
                "fixed_amount": "5",
                "free_units_per_events": 3,
                "free_units_per_total_aggregation": "15",
            },
            [1, 1, 1, 1],
            [0, 0, 0, 501],
        ),
        (
            {
                "fixed_amount": "5",
                "free_units_per_events": 3,
                "free_units_per_total_aggregation": "15",
            },
            [10, 10, 10],
            [0, 505, 1015],
        ),
        (
            {
                "fixed_amount": "1",
                "per_transaction_min_amount": "1.75",
                "per_transaction_max_amount": "12",
            },
            [100, 1000, 10000],
            [200, 1300, 2500],
        ),
    ],
)
def test_22_percentages(properties, values, expected):
    box, metric = of("percentage", rate="1", **properties)

    assert usages(box, metric, values) == expected


def test_23_graduated():
    tiers = [tier(0, 5, "10", "100"), tier(6, None, "5", "50")]
    box, metric = of("graduated", graduated_ranges=tiers)

    assert box.usage() == 10000
    assert usages(box, metric, [3, 5]) == [13000, 21500]


def test_24_package():
    box, metric = of("package", amount="100", package_size=10, free_units=5)
    assert usages(box, metric, [12]) == [10000]

    box, metric = of("package", amount="100", package_size=10, free_units=0)
    assert usages(box, metric, [15]) == [20000]


def test_25_volume():
    tiers = [tier(0, 10, "5", "100"), tier(11, None, "2", "50")]
    box, metric = of("volume", volume_ranges=tiers)

    assert usages(box, metric, [5, 10]) == [12500, 8000]


def test_26_graduated_percentage():
    tiers = [tier(0, 100, flat="0", rate="5"), tier(101, None, flat="10", rate="2")]
    box, metric = of("graduated_percentage", graduated_percentage_ranges=tiers)

    assert usages(box, metric, [50, 100]) == [250, 1600]


def test_27_dynamic():
    box, metric = of("dynamic")
    box.use(metric, amount=1, total="10.1")
    box.use(metric, amount=1, total="901.9")

    assert box.usage() == 912


def test_28_weighted_sum():
    box = Sandbox("2023-03-05T00:00")
    metric = box.metric("weighted_sum_agg", weighted_interval="seconds", recurring=True)
    box.subscribe(box.plan(0, box.charge(metric, amount="1")))
    box.use(metric, amount=2500)
    assert box.usage() == 217742

    box.at("2023-04-01T00:00")
    box.use(metric, amount=-2000)
    box.at("2023-04-07T00:00")
    assert amounts(box.invoices()[0], "charge") == [217742]


def test_29_prorated_graduated():
    box = Sandbox("2023-09-01T00:00")
    metric = box.metric("sum_agg", recurring=True)
    tiers = [tier(0, 5, "10", "100"), tier(6, 15, "5", "50"), tier(16, None, "2")]
    box.subscribe(
        box.plan(0, box.charge(metric, "graduated", prorated=True, graduated_ranges=tiers))
    )
    found = []
    for day, value in ((10, 2), (16, 5), (20, -6), (25, 10), (26, 4), (30, 60)):
        box.at(f"2023-09-{day}T10:00")
        box.use(metric, amount=value)
        found.append(box.usage())
    assert found == [11400, 18400, 16567, 17967, 18300, 18700]

    box.at("2023-10-02T00:00")
    assert box.usage() == 37000
    box.at("2023-10-17T00:00")
    box.use(metric, amount=20)
    assert box.usage() == 38935


def test_30_a_prorated_recurring_sum():
    box = Sandbox("2023-03-05T00:00")
    metric = box.metric("sum_agg", recurring=True)
    box.subscribe(box.plan(0, box.charge(metric, amount="5000", prorated=True)))
    box.at("2023-03-15T00:00")
    box.use(metric, amount=10)
    assert box.usage() == 2_741_935 + 5  # 10 × 17/31, raised to 5.48388

    box = Sandbox("2023-12-01T00:00")
    metric = box.metric("sum_agg", recurring=True)
    box.subscribe(box.plan(0, box.charge(metric, amount="3", prorated=True)))
    box.at("2023-12-16T10:00")
    box.use(metric, amount=10)
    box.at("2023-12-20T10:00")
    box.end()
    assert amounts(box.invoices()[-1], "charge") == [484]


@pytest.mark.parametrize(
    ("model", "properties", "values", "fees"),
    [
        ("standard", {"amount": "1"}, [10, -4, 8], [1000, 0, 400]),
        (
            "package",
            {"amount": "100", "package_size": 2, "free_units": 3},
            [3, 1, 2],
            [0, 10000, 10000],
        ),
        (
            "graduated",
            {"graduated_ranges": [tier(0, 5, "0.02", "0.01"), tier(6, None, "0.01", "0.01")]},
            [3, 1, 2],
            [7, 2, 4],
        ),
        (
            "percentage",
            {"rate": "5", "fixed_amount": "1", "free_units_per_total_aggregation": "120"},
            [100, 10, 20, 20],
            [0, 0, 150, 200],
        ),
    ],
)
def test_31_charges_in_advance(model, properties, values, fees):
    box = Sandbox("2023-03-05T00:00")
    metric = box.metric("sum_agg")
    ahead = {"pay_in_advance": True, "invoiceable": False, **properties}
    box.subscribe(box.plan(0, box.charge(metric, model, **ahead)))

    for day, value in enumerate(values, start=6):
        box.at(f"2023-03-{day:02d}T10:00")
        box.use(metric, amount=value)

    assert [fee["amount_cents"] for fee in box.fees()] == fees


def test_31_unique_values_in_advance():
    box = Sandbox("2023-03-05T00:00")
    metric = box.metric("unique_count_agg")
    ahead = {"pay_in_advance": True, "invoiceable": False}
    box.subscribe(box.plan(0, box.charge(metric, amount="12", **ahead)))

    for day, (value, change) in enumerate(
        [("a", "add"), ("a", "remove"), ("a", "add"), ("b", "add")], start=6
    ):
        box.at(f"2023-03-{day:02d}T10:00")
        box.use(metric, amount=value, operation_type=change)

    assert [fee["amount_cents"] for fee in box.fees()] == [1200, 0, 0, 1200]


def progressive(*thresholds) -> tuple[Sandbox, str]:
    box = Sandbox("2024-03-01T00:00")
    metric = box.metric("sum_agg")
    charge = box.charge(metric, amount="1")
    box.subscribe(box.plan(3100, charge, usage_thresholds=list(thresholds)))
    return box, metric


def thresholds_passed(box: Sandbox) -> list[int]:
    found = box.invoices(invoice_type="progressive_billing")
    return [invoice["total_amount_cents"] for invoice in found]


def test_33_a_threshold_is_billed_and_credited():
    box, metric = progressive({"amount_cents": 20000})
    for day in ("05", "06"):
        box.at(f"2024-03-{day}T10:00")
        box.use(metric, amount=200)
    assert thresholds_passed(box) == [20000]

    box.at("2024-04-01T06:00")
    [final] = box.invoices(invoice_type="subscription")
    assert final["fees_amount_cents"] == 43100
    assert final["progressive_billing_credit_amount_cents"] == 20000
    assert final["total_amount_cents"] == 23100


def test_33_two_thresholds():
    box, metric = progressive({"amount_cents": 20000}, {"amount_cents": 50000})
    passed = []
    for day in ("05", "06", "07"):
        box.at(f"2024-03-{day}T10:00")
        box.use(metric, amount=200)
        passed.append(thresholds_passed(box))
    assert passed == [[20000], [20000], [20000, 40000]]

    box.at("2024-04-01T06:00")
    [final] = box.invoices(invoice_type="subscription")
    assert (final["fees_amount_cents"], final["total_amount_cents"]) == (63100, 3100)


def test_33_a_recurring_threshold():
    fixed = [{"amount_cents": cents} for cents in (200, 500, 700)]
    box, metric = progressive(*fixed, {"amount_cents": 1000, "recurring": True})
    for day, amount in enumerate(["2.2"] * 4 + ["22"] * 2, start=5):
        box.at(f"2024-03-{day:02d}T10:00")
        box.use(metric, amount=amount)
    assert thresholds_passed(box) == [220, 440, 220, 2200, 2200]

    box.at("2024-04-01T06:00")
    [final] = box.invoices(invoice_type="subscription")
    assert final["progressive_billing_credit_amount_cents"] == 5280
    assert final["total_amount_cents"] == 3100


def test_33_an_end_and_an_upgrade_after_a_threshold():
    for change, total in (("end", 1800), ("upgrade", 1700)):
        box, metric = progressive({"amount_cents": 20000})
        box.at("2024-03-05T10:00")
        box.use(metric, amount=200)
        box.at("2024-03-18T10:00")
        if change == "end":
            box.end()
        else:
            box.subscribe(box.plan(9900))
        assert box.invoices(invoice_type="subscription")[-1]["total_amount_cents"] == total
