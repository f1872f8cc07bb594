"""Random operations one after another: everything adds up after each of them."""

import random
from collections import Counter

import pytest
from django.db import transaction

from activity.actors import COMMAND
from billing.errors import DomainError
from billing_admin.invariants import INVARIANTS, breaches
from customers.models import Customer
from subscriptions.models import Subscription
from tests.soak.snapshot import judge, undone
from tests.soak.verbs import VERBS
from tests.soak.worlds import World, new_world
from workflows.edit_customer import edit_customer
from workflows.settle import settle

pytestmark = pytest.mark.django_db

STEPS = 40
OTHERS = {"use": 14, "clock": 10, "create": 3, "recreate": 2, "edit": 2}


def chosen(dice: random.Random) -> str:
    """Draw what happens next."""
    parts = OTHERS | {name: parts for name, (_, parts) in VERBS.items()}
    return dice.choices(list(parts), list(parts.values()))[0]


def customer_of(world: World) -> Customer:
    """Draw a customer, mostly one that is alive."""
    rows = Customer.objects.of(world.organization).select_related("organization")
    alive = list(rows.kept().order_by("pk"))
    everyone = list(rows.order_by("pk"))
    if not everyone or (not alive and world.dice.random() < 0.7):
        return world.new_customer()
    return world.dice.choice(alive if alive and world.dice.random() < 0.9 else everyone)


def happen(world: World, name: str) -> None:
    """Let one thing happen; a refusal is remembered."""
    if name == "clock":
        return world.move_clock(world.dice.choice([1, 20, 24 * 6, 24 * 31]))
    if name == "create":
        world.new_customer()
        return None
    customer = customer_of(world)
    if name == "recreate":
        _recreate(world)
    elif name == "use":
        _use(world, customer)
    elif name == "edit":
        changes = {"invoice_grace_period": world.dice.choice([None, 0, 1, 5])}
        edit_customer(customer, changes, actor=COMMAND, at=world.now)
    else:
        workflow = VERBS[name][0](world, customer)
        if workflow is not None:
            workflow(at=world.now)
    settle(world.organization, at=world.now)
    return None


def _recreate(world: World) -> None:
    alive = Customer.objects.of(world.organization).kept().values("external_id")
    gone = Customer.objects.of(world.organization).exclude(deleted_at=None)
    free = sorted(set(gone.exclude(external_id__in=alive).values_list("external_id", flat=True)))
    if free:
        world.new_customer(world.dice.choice(free))


def _use(world: World, customer: Customer) -> None:
    rows = Subscription.objects.filter(customer=customer).order_by("pk")
    used = sorted(set(rows.values_list("external_id", flat=True)))
    if used:
        world.use(world.dice.choice(used))


def wrong(world: World) -> list[str]:
    """Say what does not add up in this world."""
    found = breaches(INVARIANTS, organization_id=world.organization.pk)
    return [f"{breach.sentence} {breach.row}: {breach.what}" for breach in found]


def live(seed: int, done: Counter[str]) -> World:
    """Let a world live for 40 steps."""
    dice = random.Random(seed)
    world = new_world(dice)
    for step in range(STEPS):
        name = chosen(dice)
        try:
            with transaction.atomic():
                happen(world, name)
        except DomainError as refusal:
            world.refuse(refusal)
        except Exception as error:
            error.add_note(f"seed {seed}, step {step}: {name}")
            raise
        judge()
        done[name] += 1
        assert wrong(world) == [], f"seed {seed}, step {step}: {name}"
    assert list(breaches()) == [], f"seed {seed}"
    return world


def test_everything_adds_up_after_each_step(asked):
    refusals: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for number in range(asked.count):
        with undone():
            world = live(asked.seed + number, done)
            refusals.update(world.refusals)

    print(
        f"{sum(done.values())} steps, {sum(refusals.values())} refused: "
        f"no invariant of {len(INVARIANTS)} was ever broken"
    )
