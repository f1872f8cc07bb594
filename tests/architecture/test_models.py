"""What every model keeps, and that each of these rules would notice a model that does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.utils import timezone

from tests.architecture.sources import PACKAGES, layer_of

Model = type[models.Model]
Rule = Callable[[Model], Iterator[str]]
# The tenant itself; people, who may belong to several tenants; strangers who try to sign in; how far
# the events of all tenants are rolled up.
WITHOUT_ORGANIZATION = {
    "organizations.Organization",
    "organizations.Operator",
    "organizations.SignInThrottle",
    "usage.UsageWatermark",
}


def relations_point_down(model: Model) -> Iterator[str]:
    """A row knows rows of its own package and of lower layers, never of a sibling's or higher."""
    rank = layer_of(model._meta.app_label)
    for field in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        if not field.is_relation:
            continue
        target = field.related_model._meta.app_label
        target_rank = layer_of(target)
        if rank is None or target_rank is None or target == model._meta.app_label:
            continue
        if target_rank >= rank:
            yield f"{model._meta.label}.{field.name} points up to {field.related_model._meta.label}"


def rows_belong_to_an_organization(model: Model) -> Iterator[str]:
    """Each row names its organization, so that each read can start there."""
    if model._meta.label in WITHOUT_ORGANIZATION:
        return
    found = {field.name: field for field in model._meta.concrete_fields}.get("organization")
    if found is None or found.null:
        yield f"{model._meta.label} does not say which organization it belongs to"


def time_is_given(model: Model) -> Iterator[str]:
    """No moment is taken from the machine's clock."""
    for field in model._meta.concrete_fields:
        is_automatic = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        from_clock = getattr(field.default, "__name__", "") in {"now", "today", "localdate"}
        in_database = isinstance(field.db_default, models.functions.Now)
        if is_automatic or from_clock or in_database:
            yield f"{model._meta.label}.{field.name} reads the clock; take `at`"


def nothing_is_hidden(model: Model) -> Iterator[str]:
    """No save() of its own, no default order, no manager that leaves rows out."""
    for name in ("save", "delete"):
        if name in vars(model):
            yield f"{model._meta.label} overrides {name}()"
    if model._meta.ordering:
        yield f"{model._meta.label} has a default order"
    for manager in model._meta.managers:
        if "get_queryset" in vars(type(manager)):
            yield f"{model._meta.label}.{manager.name} may hide rows"


RULES: list[Rule] = [
    relations_point_down,
    rows_belong_to_an_organization,
    time_is_given,
    nothing_is_hidden,
]


def our_models() -> list[Model]:
    return [model for model in apps.get_models() if model._meta.app_label in PACKAGES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_model_keeps_the_rule(rule: Rule) -> None:
    assert [violation for model in our_models() for violation in rule(model)] == []


@isolate_apps("customers", "invoices", "coupons", "wallets")
def planted() -> dict[str, tuple[Rule, Model]]:
    """Models that break one rule each."""

    class Invoice(models.Model):
        class Meta:
            app_label = "invoices"

    class Wallet(models.Model):
        class Meta:
            app_label = "wallets"

    class Customer(models.Model):
        last_invoice = models.ForeignKey(Invoice, models.PROTECT)

        class Meta:
            app_label = "customers"

    class Coupon(models.Model):
        wallets = models.ManyToManyField(Wallet)

        class Meta:
            app_label = "coupons"

    class Automatic(models.Model):
        created_at = models.DateTimeField(auto_now_add=True)

        class Meta:
            app_label = "customers"

    class Defaulted(models.Model):
        created_at = models.DateTimeField(default=timezone.now)

        class Meta:
            app_label = "customers"

    class Stamped(models.Model):
        created_at = models.DateTimeField(db_default=models.functions.Now())

        class Meta:
            app_label = "customers"

    class Saving(models.Model):
        class Meta:
            app_label = "customers"

        def save(self, *args: object, **kwargs: object) -> None: ...

    class Ordered(models.Model):
        class Meta:
            app_label = "customers"
            ordering = ("pk",)

    class KeptOnly(models.Manager):
        def get_queryset(self) -> models.QuerySet:
            return super().get_queryset().filter(deleted_at=None)

    class Hiding(models.Model):
        objects = KeptOnly()

        class Meta:
            app_label = "customers"

    return {
        "a key that points up": (relations_point_down, Customer),
        "a tie between siblings": (relations_point_down, Coupon),
        "no organization": (rows_belong_to_an_organization, Invoice),
        "auto_now_add": (time_is_given, Automatic),
        "a default of now": (time_is_given, Defaulted),
        "the database's now": (time_is_given, Stamped),
        "a save() of its own": (nothing_is_hidden, Saving),
        "a default order": (nothing_is_hidden, Ordered),
        "a manager that filters": (nothing_is_hidden, Hiding),
    }


PLANTED = planted()


@pytest.mark.parametrize(("rule", "model"), PLANTED.values(), ids=PLANTED)
def test_a_planted_model_is_found(rule: Rule, model: Model) -> None:
    assert len(list(rule(model))) == 1


def test_every_rule_has_a_planted_model() -> None:
    assert {rule for rule, _ in PLANTED.values()} == set(RULES)
