"""Create somebody who may sign in."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from billing.errors import Invalid
from organizations.models import Operator
from persistence.saving import save_valid


@transaction.atomic
def create_operator(
    email: str, *, at: datetime, password: str | None = None, name: str = "", **flags: bool
) -> Operator:
    """Create an operator; without a password they cannot sign in yet. Raises Invalid for a taken e-mail."""
    address = email.strip().lower()
    if Operator.objects.filter(email=address).exists():
        raise Invalid({"email": ["value_already_exist"]}, "Somebody signs in with this address.")
    return save_valid(
        Operator(email=address, name=name, created_at=at, password=make_password(password), **flags)
    )
