"""How numbers and slugs are written."""

from billing.numbering import (
    credit_note_number,
    customer_slug,
    document_prefix,
    draft_number,
    number_per_customer,
    number_per_organization,
)
from tests.billing.given import on


def test_the_prefix_comes_from_name_and_identity():
    assert document_prefix("Hooli", "1a901a90-1a90-1a90-1a90-1a901a90ab3f") == "HOO-AB3F"
    assert document_prefix("é & Co", "0000abcd") == "ÉCO-ABCD"


def test_numbers_per_customer_have_two_counts_of_three_digits():
    assert customer_slug("BENT-1", 1) == "BENT-1-001"
    assert number_per_customer("BENT-1", 1, 3) == "BENT-1-001-003"
    assert number_per_customer("BENT-1", 1234, 1000) == "BENT-1-1234-1000"


def test_numbers_per_organization_have_the_month_and_one_count():
    assert number_per_organization("BENT-11", on("2023-10-31"), 10) == "BENT-11-202310-010"
    assert number_per_organization("BENT-11", on("2023-12-01"), 17) == "BENT-11-202312-017"


def test_a_draft_has_no_count_and_a_credit_note_that_of_its_invoice():
    assert draft_number("BENT-1") == "BENT-1-DRAFT"
    assert credit_note_number("BENT-1-001-003", 2) == "BENT-1-001-003-CN002"
