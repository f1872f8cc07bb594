"""What a preview shows of random customers is what happens: each effect, each figure, each row."""

import random
from collections import Counter

import pytest
from django.db import transaction

from billing.errors import DomainError
from customers.models import Customer
from invoices.models import CreditNote, Invoice
from tests.soak.snapshot import checksums, judge, undone
from tests.soak.verbs import VERBS
from tests.soak.worlds import World, new_world
from workflows.preview import confirm, preview

pytestmark = pytest.mark.django_db

PREPARING = (
    "start", "use", "use", "coupon", "start", "wallet", "use", "clock", "one_off", "change", "clock",
    "credit_note", "use", "pay",
)  # fmt: skip
ENDINGS = ((), ("one_off", "credit_note"), ("start", "end"))
"""What happens last: chance alone seldom leaves a note that may be voided, or a draft."""
CUSTOMERS_IN_A_WORLD = 20
OTHER_VERBS = [name for name in VERBS if name != "delete"]


def customers(dice: random.Random):
    """Give random customers, each in the middle of its life, without end."""
    while True:
        with undone():
            world = new_world(dice)
            for _ in range(CUSTOMERS_IN_A_WORLD):
                customer = world.new_customer()
                random_steps = dice.sample(PREPARING, dice.randrange(3, 10))
                for name in (*random_steps, *dice.choice(ENDINGS)):
                    prepare(world, customer, name)
                yield world, Customer.objects.select_related("organization").get(pk=customer.pk)


def prepare(world: World, customer: Customer, name: str) -> None:
    """Let one thing happen to one customer, if it may."""
    if name == "clock":
        return world.move_clock(world.dice.choice([3, 24, 24 * 20]))
    if name == "use":
        used = list(customer.subscriptions.order_by("pk").values_list("external_id", flat=True))
        return world.use(world.dice.choice(used)) if used else None
    workflow = VERBS[name][0](world, customer)
    try:
        if workflow is not None:
            workflow(at=world.now)
    except DomainError as refusal:
        world.refuse(refusal)
    return None


def documents(customer: Customer) -> Counter[str]:
    """Count the customer's documents and add up their figures."""
    found: Counter[str] = Counter()
    for invoice in Invoice.objects.filter(customer=customer):
        found["invoices"] += 1
        found[f"invoices {invoice.status}"] += 1
        for name in ("fees", "coupons", "taxes", "credit_notes", "prepaid_credit", "total"):
            found[name] += getattr(invoice, f"{name}_amount_cents")
    for note in CreditNote.objects.filter(customer=customer):
        found["notes"] += 1
        found[f"notes {note.status}"] += 1
        found["noted"] += note.total_amount_cents
    return found


def compare(effects, before: Counter[str], touched: Counter[str]) -> None:
    """Check that there are as many new documents as the effects tell of."""
    for kind, name in (("invoice", "invoices"), ("credit_note", "notes")):
        new = sum(1 for effect in effects if effect["kind"] == kind and effect["is_new"])
        assert touched[name] - before[name] == new


def check(world: World, customer: Customer, name: str) -> bool:
    """Preview a verb, then do it, and compare; say whether it was possible at all."""
    workflow = VERBS[name][0](world, customer)
    if workflow is None:
        return False
    before, documents_before = checksums(), documents(customer)
    try:
        plan = preview(workflow, at=world.now)
    except DomainError as refusal:
        with pytest.raises(type(refusal)), transaction.atomic():
            workflow(at=world.now)
        assert checksums() == before
        return False
    assert checksums() == before, f"the preview of {name} has changed something"

    _, done = confirm(workflow, plan, now=world.now)

    judge()
    assert done.effects == plan.effects
    assert checksums() != before or not plan.effects
    compare(plan.effects, documents_before, documents(customer))
    return True


def test_what_a_preview_shows_is_what_happens(asked):
    wanted = max(1, asked.count // 5)
    missing = dict.fromkeys(OTHER_VERBS, wanted)
    deleted = states = 0
    for world, customer in customers(random.Random(asked.seed)):
        states += 1
        for name in [name for name, number in missing.items() if number]:
            with undone():
                missing[name] -= check(world, customer, name)
        if deleted < asked.count:
            assert check(world, customer, "delete"), f"state {states} of seed {asked.seed}"
            deleted += 1
        if deleted == asked.count and not any(missing.values()):
            break
        assert states < 20 * wanted + 200, f"{missing} are not possible often enough"
    print(
        f"{deleted} customers deleted and {len(missing)} verbs × {wanted} previews in {states} states:"
        " each as its preview showed"
    )
