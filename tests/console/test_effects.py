"""What a workflow would do, in words; and confirming exactly that."""

from functools import partial

import pytest
from django.test import RequestFactory

from activity.actors import SYSTEM
from billing.errors import NotAllowed
from console.effects import written
from console.plans import answered
from tests.invoices.given import NOW, a_customer, billed, one_off, paid, sandbox
from workflows.delete_customer import delete_customer
from workflows.finalize_invoice import finalize_invoice
from workflows.preview import preview
from workflows.void_invoice import VoidNote, void_invoice


@pytest.fixture
def customer(signed_in):
    return a_customer(sandbox(signed_in.organization), name="Hooli", external_id="hooli")


def rows(workflow):
    return [
        (row["label"], row["detail"], row["amount"])
        for row in written(preview(workflow, at=NOW).effects)
    ]


@pytest.mark.django_db
def test_finalizing_is_one_line_with_its_total(customer):
    draft = billed(customer, grace=30)

    found = rows(partial(finalize_invoice, draft, actor=SYSTEM))

    assert found == [("The draft is finalized", "2 lines · due on 10 Mar 2024", "€15.60")]


@pytest.mark.django_db
def test_a_void_with_a_note_tells_of_the_note_and_of_the_rest(customer):
    invoice = paid(one_off(customer))
    note = VoidNote(credit_cents=500)

    found = rows(partial(void_invoice, invoice, note=note, actor=SYSTEM))

    assert found == [
        ("A credit note is issued", "€5.00 credit", "€5.00"),
        ("The rest is credited, and voided at once", "", "€7.00"),
        ("The invoice is voided", "", "€12.00"),
    ]


@pytest.mark.django_db
def test_a_deletion_tells_of_everything_that_ends(customer):
    billed(customer)

    found = rows(partial(delete_customer, customer, actor=SYSTEM))

    assert [label for label, *_ in found] == [
        "A subscription ends",
        "An invoice is issued",
        "Customer Hooli is deleted",
    ]


def test_a_kind_without_words_of_its_own_is_named():
    [row] = written(
        [{"kind": "billable_metric", "actions": ["billable_metric.deleted"], "label": ""}]
    )

    assert (row["label"], row["detail"], row["tone"]) == ("Billable metric", "deleted", "bad")


@pytest.fixture
def ask(signed_in):
    def request(**posted):
        made = RequestFactory().post("/", posted) if posted else RequestFactory().get("/")
        made.organization = signed_in.organization
        return made

    return request


@pytest.mark.django_db
def test_a_plan_that_was_never_shown_is_not_carried_out(customer, ask):
    invoice = one_off(customer)
    work = partial(void_invoice, invoice, actor=SYSTEM)

    answer = answered(ask(plan="0" * 64), work)

    assert (answer.result, answer.status) == (None, 422)
    assert answer.context["text"] == "Look at what will happen, and confirm."
    invoice.refresh_from_db()
    assert invoice.status == "finalized"


@pytest.mark.django_db
def test_what_was_shown_is_carried_out(customer, ask):
    invoice = one_off(customer)
    work = partial(void_invoice, invoice, actor=SYSTEM)

    shown = answered(ask(), work)
    done = answered(ask(**dict(shown.context["hidden"])), work)

    assert (shown.result, shown.status) == (None, 200)
    assert done.result.status == "voided"


@pytest.mark.django_db
def test_what_the_workflow_refuses_is_told(customer, ask):
    invoice = paid(one_off(customer))

    answer = answered(ask(), partial(void_invoice, invoice, actor=SYSTEM))

    assert isinstance(answer.refusal, NotAllowed)
    assert answer.context["text"] == "Something has been paid or credited on this invoice."
