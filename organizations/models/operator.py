"""Operators: the people who sign in, and their roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop as noop

from organizations.models.organization import Organization
from organizations.permissions import Role, may
from persistence.fields import id_field
from persistence.querysets import Rows


class Language(models.TextChoices):
    """What the console may speak, each under its own name; it offers what `settings.LANGUAGES` has."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"


class OperatorManager(BaseUserManager):
    """Finds operators by e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Any:
        """Return the operator with this e-mail address."""
        return self.get(email__iexact=username)


class Operator(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with an e-mail address and a password."""

    id = id_field()
    email = models.EmailField(
        max_length=255,
        unique=True,
        error_messages={"unique": "Somebody signs in with this e-mail address already."},
    )
    name = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=2, choices=Language, blank=True)
    """Of the console; empty for what the browser asks for."""
    timezone = models.CharField(max_length=64, blank=True)
    """In which the console writes moments; empty for the zone of what is looked at."""
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = OperatorManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="operator_email_is_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_code="email.value_is_invalid",
                violation_error_message=noop("E-mail addresses are stored in lower case."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """Return what to call them in a greeting."""
        return self.name.split(" ")[0] if self.name else self.email.split("@")[0]


class Membership(models.Model):
    """An operator's role in an organization."""

    id = id_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    operator = models.ForeignKey(Operator, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField()

    objects = Rows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "operator"],
                name="membership_is_one_per_operator",
                violation_error_code="email.value_already_exist",
                violation_error_message=noop("This operator is a member already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} as {self.role}"

    def may(self, permission: str) -> bool:
        """Say whether this role holds `permission`."""
        return may(self.role, permission)
