"""An event belongs to one subscription of its external id, or to none."""

from billing.periods import Candidate, attribute
from tests.billing.given import utc

UPGRADED_AT = utc("2024-02-12 10:00:00.000400")
OLD = Candidate("old", utc("2024-01-01"), UPGRADED_AT)
NEW = Candidate("new", UPGRADED_AT)


def test_an_event_belongs_to_the_subscription_that_ran_then():
    assert attribute([OLD, NEW], utc("2024-02-01")) is OLD
    assert attribute([OLD, NEW], utc("2024-03-01")) is NEW


def test_the_moment_of_an_upgrade_belongs_to_the_new_subscription():
    assert attribute([OLD, NEW], utc("2024-02-12 10:00")) is NEW


def test_the_last_moment_of_a_terminated_subscription_still_counts():
    ended = Candidate("ended", utc("2024-01-01"), utc("2024-02-12 10:00"))

    assert attribute([ended], utc("2024-02-12 10:00")) is ended
    assert attribute([ended], utc("2024-02-12 10:00:00.001")) is None


def test_an_event_before_any_start_belongs_to_none():
    assert attribute([OLD, NEW], utc("2023-12-31 23:59:59.999")) is None
    assert attribute([], utc("2024-01-01")) is None


def test_of_two_that_have_ended_the_later_start_counts():
    later = Candidate("later", utc("2024-02-01"), utc("2024-04-01"))

    assert attribute([later, OLD], utc("2024-02-05")) is later


def test_an_active_one_comes_before_one_that_has_ended():
    active = Candidate("active", utc("2023-06-01"))

    assert attribute([OLD, active], utc("2024-02-01")) is active
