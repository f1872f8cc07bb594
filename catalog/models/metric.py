"""Billable metrics: how events become units."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from organizations.models import Organization
from persistence.fields import id_field
from persistence.querysets import KeptRows, Rows


class Aggregation(models.TextChoices):
    """How the events of a period become one number of units."""

    COUNT = "count_agg", _("Count")
    SUM = "sum_agg", _("Sum")
    MAX = "max_agg", _("Maximum")
    LATEST = "latest_agg", _("Latest")
    UNIQUE_COUNT = "unique_count_agg", _("Unique count")
    WEIGHTED_SUM = "weighted_sum_agg", _("Weighted sum")


class RoundingFunction(models.TextChoices):
    """How aggregated units are rounded."""

    ROUND = "round", _("Round")
    CEIL = "ceil", _("Round up")
    FLOOR = "floor", _("Round down")


class WeightedInterval(models.TextChoices):
    """The unit of time of a weighted sum."""

    SECONDS = "seconds", _("Seconds")


class BillableMetric(models.Model):
    """A measured quantity: an event code, an aggregation and the property it reads."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="billable_metrics")
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255)
    description = models.TextField(null=True, blank=True)
    aggregation_type = models.CharField(max_length=20, choices=Aggregation)
    field_name = models.CharField(max_length=255, null=True, blank=True)
    recurring = models.BooleanField(default=False)
    rounding_function = models.CharField(
        max_length=10, choices=RoundingFunction, null=True, blank=True
    )
    rounding_precision = models.IntegerField(null=True, blank=True)
    weighted_interval = models.CharField(
        max_length=10, choices=WeightedInterval, null=True, blank=True
    )
    expression = models.TextField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = KeptRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "code"],
                condition=Q(deleted_at=None),
                name="billable_metric_code_is_unique",
                violation_error_code="code.value_already_exist",
                violation_error_message=noop("Another billable metric has this code."),
            ),
            models.CheckConstraint(
                name="billable_metric_has_a_field",
                condition=Q(aggregation_type="count_agg") | Q(field_name__isnull=False),
                violation_error_code="field_name.value_is_mandatory",
                violation_error_message=noop(
                    "This aggregation needs the name of the property it reads."
                ),
            ),
            models.CheckConstraint(
                name="billable_metric_may_recur",
                condition=Q(recurring=False)
                | ~Q(aggregation_type__in=["count_agg", "max_agg", "latest_agg"]),
                violation_error_code="recurring.value_is_invalid",
                violation_error_message=noop("Count, maximum and latest start anew each period."),
            ),
            models.CheckConstraint(
                name="billable_metric_weighs_by_an_interval",
                condition=~Q(aggregation_type="weighted_sum_agg")
                | Q(weighted_interval__isnull=False),
                violation_error_code="weighted_interval.value_is_invalid",
                violation_error_message=noop("A weighted sum needs its interval: seconds."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BillableMetricFilter(models.Model):
    """A property of the metric's events that charges may price by, with the values it may have."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    billable_metric = models.ForeignKey(BillableMetric, models.CASCADE, related_name="filters")
    key = models.CharField(max_length=255)
    values = ArrayField(models.CharField(max_length=255))
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["billable_metric", "key"],
                name="billable_metric_filter_key_is_unique",
                violation_error_code="filters.value_already_exist",
                violation_error_message=noop("This metric filters by that key already."),
            )
        ]

    def __str__(self) -> str:
        return self.key
