"""Usage: events as they came, and their daily roll-ups.

Events are only ever added. Behind a watermark they are summed up by day; what is used is always read as
roll-up plus the events after the watermark, in one statement, so that the answer never depends on how far
the roll-up has come.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from organizations.models import Organization
from persistence.fields import precise_cents_field
from persistence.querysets import Rows


def exact_field() -> models.DecimalField:
    """A number as exact as the events it was made from; in PostgreSQL plain ``numeric`` (migration 0002)."""
    return models.DecimalField(max_digits=1000, decimal_places=500, null=True)


class UsageEvent(models.Model):
    """Something that a customer's backend reported, as it came; never changed, never removed.

    `id` is the hash of its identity: organization, external subscription id and transaction id
    (`usage.identity`). It is the only unique index: each further one costs a quarter of the speed of
    ingestion. `seq` tells the order of arrival; `source` stands for organization and external
    subscription id in the index that reads go by. Unknown codes and subscriptions are kept as well.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    # No constraint: a check and a lock of the organization's row for each event would be paid by all.
    organization = models.ForeignKey(
        Organization, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    seq = models.BigIntegerField(editable=False)
    source = models.BigIntegerField(editable=False)
    at = models.DateTimeField()
    created_at = models.DateTimeField()
    external_subscription_id = models.TextField()
    code = models.TextField()
    transaction_id = models.TextField()
    properties = models.JSONField(default=dict)
    precise_total_amount_cents = precise_cents_field(null=True, blank=True)

    objects = Rows.as_manager()

    class Meta:
        # Another, on source, UTC day and seq, stands in migration 0002: a day at a time it finds both the events of a
        # period and those that the roll-up has not reached. Each further one slows ingestion down by a quarter.
        indexes = [BrinIndex(fields=["seq"], name="usage_by_arrival", pages_per_range=16)]

    def __str__(self) -> str:
        return self.transaction_id


class UsageSeries(models.Model):
    """How the events of one subscription and metric are rolled up: by which keys, in whose days.

    A read that needs other keys or days takes the events themselves, until the series is made anew.
    """

    id = models.BigAutoField(primary_key=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    source = models.BigIntegerField()
    external_subscription_id = models.TextField()
    code = models.TextField()
    zone = models.CharField(max_length=64)
    aggregation_type = models.CharField(max_length=20)
    field_name = models.TextField(default="")
    keys = ArrayField(models.TextField(), default=list)

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "code", "external_subscription_id", "organization"],
                name="usage_series_is_one_per_subscription_and_code",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.external_subscription_id}"


class UsageDay(models.Model):
    """What the events of a series amount to in one local day, for one combination of key values.

    `cell` holds the values of the series' keys in their order, `key` is its hash. `events` are those that the
    aggregation counts; `weighted` sums value × moment in microseconds since 1970; `last` is moment, number
    and value of the last event. A unique count has a bit for each member (`UsageMember.number`, the lowest
    first): in `added` if the last event of the day added it, in `removed` if it removed it. Everything can be
    added to, so that a late event changes its own day only.
    """

    pk = models.CompositePrimaryKey("series_id", "day", "key")
    organization = models.ForeignKey(
        Organization, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    series = models.ForeignKey(
        UsageSeries, models.CASCADE, db_index=False, db_constraint=False, related_name="days"
    )
    day = models.DateField()
    key = models.UUIDField()
    cell = ArrayField(models.TextField(null=True))
    events = models.BigIntegerField()
    total = exact_field()
    highest = exact_field()
    weighted = exact_field()
    stated_cents = exact_field()
    last = ArrayField(exact_field(), null=True)
    added = models.BinaryField(null=True)
    removed = models.BinaryField(null=True)

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"{self.day} of series {self.series_id}"


class UsageMember(models.Model):
    """The number that a value has in a series that counts unique values; `key` is the hash of the value."""

    pk = models.CompositePrimaryKey("series_id", "key")
    organization = models.ForeignKey(
        Organization, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    series = models.ForeignKey(
        UsageSeries, models.CASCADE, db_index=False, db_constraint=False, related_name="members"
    )
    key = models.UUIDField()
    number = models.IntegerField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"], name="usage_member_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"member {self.number} of series {self.series_id}"


class UsageMemberDay(models.Model):
    """The last that happened to a member on a day, in a cell (`UsageDay.key`): moment, number, and 1 or 0.

    1 stands for added. Only events that reach the day later ask for it; reads take the bits of the day.
    """

    pk = models.CompositePrimaryKey("series_id", "day", "key", "number")
    organization = models.ForeignKey(
        Organization, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    series = models.ForeignKey(
        UsageSeries, models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    day = models.DateField()
    key = models.UUIDField()
    number = models.IntegerField()
    last = ArrayField(exact_field())

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return f"member {self.number} on {self.day}"


class UsageWatermark(models.Model):
    """How far the roll-up has come: every event up to `seq` stands in its day.

    `candidate_seq` becomes the next watermark as soon as every transaction before `candidate_xid` has
    ended, for sequence numbers do not commit in their order (`usage.rollup`).
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    safe_seq = models.BigIntegerField(default=0)
    candidate_seq = models.BigIntegerField(null=True)
    candidate_xid = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="usage_watermark_is_one", condition=models.Q(id=1))
        ]

    def __str__(self) -> str:
        return str(self.seq)


class UsageCursor(models.Model):
    """How far what follows from events (`workflows.consume_usage`) has come in an organization.

    Events up to `due_seq` are safe to be taken; the roll-up moves it when there are new ones.
    """

    organization = models.OneToOneField(Organization, models.PROTECT, primary_key=True)
    seq = models.BigIntegerField(default=0)
    due_seq = models.BigIntegerField(default=0)

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return str(self.seq)
