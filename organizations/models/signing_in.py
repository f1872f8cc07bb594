"""What is remembered of visits: forms that were sent, and attempts to sign in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_noop as noop

from organizations.models.operator import Operator
from organizations.models.organization import Organization
from persistence.querysets import Rows


class SentForm(models.Model):
    """A form that has been carried out, by its token, so that a second press does nothing."""

    token = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    operator = models.ForeignKey(Operator, models.CASCADE, related_name="+")
    location = models.CharField(max_length=2000)
    """Where its answer led."""
    created_at = models.DateTimeField(db_index=True)

    objects = Rows.as_manager()

    def __str__(self) -> str:
        return str(self.token)


class SignInThrottle(models.Model):
    """Failed attempts for one account (``account:…``) or from one address (``address:…``)."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.IntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sign_in_throttle_counts_up",
                condition=models.Q(failures__gte=0),
                violation_error_message=noop("Failures are counted from zero."),
            )
        ]

    def __str__(self) -> str:
        return self.key
