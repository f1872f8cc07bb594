"""What holds for every credit note."""

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.bill import bill
from billing.credits import (
    FeeFacts,
    InvoiceFacts,
    NoteItem,
    caps,
    compose_excess_note,
    compose_void_notes,
    credit_in_full,
    rescaled,
)
from tests.billing.bill_strategies import cents, coupons, lines
from tests.billing.bills import request
from tests.billing.invoiced import after


@st.composite
def invoices(draw):
    """A final invoice as facts, with the shares that its bill gave the fees."""
    asked = request(*draw(lines), coupons=draw(coupons))
    result = bill(asked)
    fees = tuple(
        FeeFacts(
            key=each.key,
            amount_cents=each.amount_cents,
            precise_coupons_amount_cents=billed.precise_coupons_amount_cents,
            taxes=each.taxes,
        )
        for each, billed in zip(asked.lines, result.lines, strict=True)
    )
    return InvoiceFacts(
        invoice_type="subscription",
        fees=fees,
        taxes_amount_cents=result.taxes_amount_cents,
        total_amount_cents=result.total_amount_cents,
        coupons_amount_cents=result.coupons_amount_cents,
        paid_cents=result.total_amount_cents,
        has_payment_succeeded=True,
    )


@given(invoices(), st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_credit_notes_add_up_and_never_give_more_than_the_invoice(facts, shares):
    owed = facts.sub_total_including_taxes_cents

    for share in (*shares, 100):
        items = [NoteItem(f.key, f.creditable_cents * share // 100) for f in facts.fees]
        note = credit_in_full(facts, items)
        worth = note.worth
        parts = worth.sub_total_excluding_taxes_amount_cents, worth.taxes_amount_cents
        assert min(parts) >= 0
        assert sum(parts) == note.total_amount_cents == note.credit_amount_cents
        facts = after(facts, note)

    assert facts.noted_cents <= owed <= facts.fees_with_taxes_cents
    assert caps(facts).creditable_cents == 0


@given(invoices())
def test_crediting_everything_at_once_gives_the_whole_invoice_back(facts):
    everything = [NoteItem(fee.key, fee.amount_cents) for fee in facts.fees]

    note = credit_in_full(facts, everything)

    assert facts.sub_total_including_taxes_cents - note.total_amount_cents in (0, 1)


@given(invoices(), st.integers(0, 100), st.integers(0, 100))
def test_the_two_notes_of_a_voided_invoice_give_back_what_was_left(facts, credit, refund):
    left = caps(facts).creditable_cents
    asked = left * credit // 200, caps(facts).refundable_cents * refund // 200

    both = compose_void_notes(facts, credit_cents=asked[0], refund_cents=asked[1])

    made = [note for note in both if note]
    assert sum(note.total_amount_cents for note in made) == left
    for note in made:
        assert note.total_amount_cents == note.credit_amount_cents + note.refund_amount_cents
        assert note.worth.taxes_amount_cents >= 0
    credited = sum(item.amount_cents for note in made for item in note.worth.items)
    assert credited == (facts.fees_amount_cents if made else 0)


@given(invoices(), cents)
def test_an_excess_note_and_what_it_leaves_make_the_excess(facts, excess):
    note, left = compose_excess_note(facts, excess)

    given_ = note.worth.sub_total_excluding_taxes_amount_cents if note else 0
    assert 0 <= left <= excess
    assert abs(given_ + left - excess) <= 1


@settings(max_examples=50)
@given(st.decimals(0, 10**6, places=5), st.integers(1, 10**6))
def test_an_item_rescaled_to_the_same_fee_stays_as_it_is(item, fee):
    assert rescaled(item, old_fee_cents=fee, new_fee_cents=fee) == item
