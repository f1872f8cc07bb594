"""An event belongs to one filter of a charge, or to none."""

from billing.aggregation import ALL_VALUES, best_filter, by_filter
from tests.billing.usages import event

VISA = {"scheme": ["visa"]}
VISA_ABROAD = {"scheme": ["visa"], "place": ["abroad"]}
ANY_SCHEME = {"scheme": [ALL_VALUES]}
DECLARED = {"scheme": ["visa", "amex"], "place": ["abroad", "home"]}


def test_a_filter_matches_when_all_its_keys_do():
    assert best_filter({"scheme": "visa", "place": "home"}, [VISA_ABROAD]) is None
    assert best_filter({"scheme": "visa", "place": "abroad"}, [VISA_ABROAD]) == 0


def test_the_filter_with_the_most_keys_wins():
    event = {"scheme": "visa", "place": "abroad"}

    assert best_filter(event, [VISA, VISA_ABROAD]) == 1
    assert best_filter(event, [VISA_ABROAD, VISA]) == 0


def test_of_identical_filters_the_oldest_gets_everything():
    assert best_filter({"scheme": "visa"}, [VISA, VISA]) == 0


def test_all_values_means_those_that_the_metric_declares():
    assert best_filter({"scheme": "amex"}, [ANY_SCHEME], DECLARED) == 0
    assert best_filter({"scheme": "diners"}, [ANY_SCHEME], DECLARED) is None
    assert best_filter({}, [ANY_SCHEME], DECLARED) is None


def test_a_named_value_beats_all_values():
    assert best_filter({"scheme": "visa"}, [ANY_SCHEME, VISA], DECLARED) == 1
    assert best_filter({"scheme": "amex"}, [ANY_SCHEME, VISA], DECLARED) == 0


def test_numbers_and_booleans_are_compared_as_text():
    assert best_filter({"size": 12, "big": True}, [{"size": ["12"], "big": ["true"]}]) == 0


def test_events_are_shared_out_among_filters_and_the_rest():
    card, cash = event("2024-03-01", scheme="visa"), event("2024-03-02")

    assert by_filter([card, cash], [VISA, VISA_ABROAD]) == {0: (card,), 1: (), None: (cash,)}
