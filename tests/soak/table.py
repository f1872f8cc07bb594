"""The soaks: long runs with a seed. `manage.py soak NAME` runs all of one, `manage.py test` a tenth of each."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Soak:
    """What a soak does, how often, and where it is."""

    sentence: str
    full: int
    unit: str
    path: str
    most: int = 1_000
    """What `manage.py test` runs at most, where a tenth would take too long."""


SOAKS = {
    "billing-run": Soak(
        "A billing run is killed at random moments and started again; nothing is lost or double",
        30,
        "kills",
        "tests/crash/test_billing_run.py",
    ),
    "clock": Soak(
        "Random subscriptions live for 14 months; no gap, no overlap, sums as by hand",
        200,
        "subscriptions",
        "tests/soak/test_clock.py",
    ),
    "deletion-faults": Soak(
        "A fault at each SQL statement of a deletion leaves the state before or the one after",
        10,
        "tenths of all statements",
        "tests/crash/test_deletion_faults.py",
    ),
    "identity": Soak(
        "50 at once create, delete and create again one external id; one customer lives at most",
        50,
        "rounds",
        "tests/concurrency/test_identity.py",
    ),
    "limited": Soak(
        "64 at once use a coupon, a wallet and the refunds of a payment; never more than there is",
        20,
        "rounds",
        "tests/concurrency/test_limited.py",
    ),
    "mixed-load": Soak(
        "16 at once do whatever there is to do with the same few customers; no deadlock",
        200,
        "things for each",
        "tests/concurrency/test_mixed_load.py",
        most=4,
    ),
    "model": Soak(
        "Random operations one after another; everything adds up after each",
        10_000,
        "sequences of 40",
        "tests/soak/test_model.py",
        most=10,
    ),
    "numbering": Soak(
        "50 finalizations at once; numbers without a gap or a double",
        20,
        "rounds",
        "tests/concurrency/test_numbering.py",
    ),
    "periods": Soak(
        "Random subscriptions are billed in the pure core; no gap, no overlap",
        10_000,
        "subscriptions",
        "tests/soak/test_periods.py",
    ),
    "preview": Soak(
        "What a preview shows of random customers is what happens",
        1_000,
        "customers",
        "tests/soak/test_preview.py",
    ),
}
SEED = 20240229


@dataclass(frozen=True)
class Asked:
    """How much of a soak is run, and from which seed."""

    count: int
    seed: int


def asked(name: str) -> Asked:
    """Return what SOAK_COUNT and SOAK_SEED ask for, else a tenth."""
    tenth = max(1, SOAKS[name].full // 10)
    tenth = min(tenth, SOAKS[name].most)
    return Asked(
        int(os.environ.get("SOAK_COUNT") or tenth), int(os.environ.get("SOAK_SEED") or SEED)
    )
