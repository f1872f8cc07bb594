"""The answer never depends on how far the roll-up has come."""

import os
import sys
import threading
import time

import pytest
from django.db import connection, connections, transaction

from tests.usage.worlds import World, roll_all, roll_what_is_safe
from usage.cursor import last_number
from usage.models import UsageDay, UsageEvent, UsageWatermark
from usage.rollup import advance_watermark, roll_up
from usage.storage import store

pytestmark = pytest.mark.django_db(transaction=True)

STATES = int(os.environ.get("USAGE_STATES", "100"))
PER_WORLD = 10


def test_in_every_state_the_answer_is_that_of_the_events():
    """Send, roll up, change keys and zones in any order; look after each step."""
    for seed in range(STATES // PER_WORLD):
        world = World(seed)
        for _ in range(PER_WORLD):
            step(world)
            assert world.differences() == [], f"seed {seed}"
    roll_all()
    assert UsageDay.objects.exclude(added=None).exists()


def step(world):
    """Let something happen."""
    match world.random.randrange(6):
        case 0 | 1:
            world.send(world.random.randrange(1, 120))
        case 2:
            roll_what_is_safe(patience=2)
        case 3:
            advance_watermark()
            roll_up()
        case 4:
            world.change()
            world.send(10)
        case 5:
            world.send(30)
            roll_what_is_safe(patience=2)
            world.send(30)


class Background(threading.Thread):
    """Does something again and again, with a connection of its own, until it is told to stop."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.stopped, self.failure = work, threading.Event(), None

    def run(self):
        try:
            while not self.stopped.is_set():
                self.work()
        except Exception as failure:
            self.failure = failure
        finally:
            connections.close_all()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.stopped.set()
        self.join(30)
        assert self.failure is None


def test_readers_see_all_that_is_committed_while_others_write_and_roll_up():
    world = World(4711)
    lock = threading.Lock()

    def write():
        """Commit in another order than the numbers were drawn, and sometimes not at all."""
        with lock:
            events = [world.events(5) for _ in range(2)]
            pauses = [world.random.random() * 0.02 for _ in range(2)]
            is_given_up = world.random.random() < 0.2
        with transaction.atomic():
            for some, pause in zip(events, pauses, strict=True):
                store(world.organization, some, at=world.plan.created_at)
                time.sleep(pause)
            transaction.set_rollback(is_given_up)

    def roll():
        advance_watermark()
        roll_up()
        time.sleep(0.002)

    with Background(write), Background(write), Background(write), Background(roll):
        for _ in range(max(10, STATES // 10)):
            with transaction.atomic():
                # Both readings as of one moment; what is compared is roll-up and rows, not two moments.
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                with lock:
                    assert world.differences() == []

    roll_all()
    assert world.differences() == []
    assert UsageEvent.objects.filter(seq__gt=UsageWatermark.objects.get().seq).count() == 0


def test_no_number_is_safe_while_a_lower_one_may_still_appear():
    world = World(1)
    world.send(1)
    roll_all()
    drawn, may_commit = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            world.send(1)
            drawn.set()
            may_commit.wait(30)
        connections.close_all()

    thread = threading.Thread(target=slow)
    before = advance_watermark()
    thread.start()
    drawn.wait(30)
    mine = last_number()
    world.send(1)  # drawn later, committed first

    reached = [advance_watermark() for _ in range(5)]
    roll_up()

    assert max(reached) < mine
    assert min(reached) >= before
    assert world.differences() == []
    may_commit.set()
    thread.join(30)
    roll_all()
    assert UsageWatermark.objects.get().seq >= mine
    assert world.differences() == []


def test_a_number_is_drawn_only_by_a_transaction_that_has_its_id():
    """Else one could draw a number, and get an id that the watermark does not wait for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef"
            " WHERE adrelid = 'usage_usageevent'::regclass"
        )
        default = " ".join(cursor.fetchone()[0].split())

    assert default.startswith("CASE WHEN (pg_current_xact_id() IS NOT NULL) THEN nextval(")


def test_a_late_event_changes_its_own_day_and_no_other():
    world = World(2)
    world.send(200)
    roll_all()

    def versions():
        with connection.cursor() as cursor:
            cursor.execute("SELECT series_id, day, key, xmin::text FROM usage_usageday")
            return {(series, day, key): version for series, day, key, version in cursor.fetchall()}

    before = versions()
    late = UsageEvent.objects.order_by("at")[0]
    again = world.events(1)[0]
    again = again._replace(
        code=late.code,
        external_subscription_id=late.external_subscription_id,
        at=late.at,
        properties=late.properties,
    )
    store(world.organization, [again], at=late.created_at)
    roll_all()

    changed = {key for key, version in versions().items() if before.get(key) != version}
    assert len(changed) == 1
    assert set(before) >= changed


def test_a_pass_is_done_whole_or_not_at_all(monkeypatch):
    world = World(3)
    world.send(50)
    advance_watermark()

    def fail(*args, **kwargs):
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(sys.modules["usage.rollup.roll_up"], "sum_up_anew", fail)
    while UsageWatermark.objects.get().safe_seq == 0:
        advance_watermark()
    with pytest.raises(RuntimeError):
        roll_up()

    assert UsageDay.objects.count() == 0
    assert UsageWatermark.objects.get().seq == 0
    assert world.differences() == []
