"""The product keeps the rules, and each rule would notice if it did not."""

from __future__ import annotations

import pytest

from tests.architecture import rules
from tests.architecture.sources import Source, product

VIOLATIONS = {
    "form.save()": (rules.interfaces_do_not_write, "customers.views", "form.save()"),
    "objects.create": (
        rules.interfaces_do_not_write,
        "customers.api",
        "from customers.models import Customer\nCustomer.objects.create(name='x')",
    ),
    "update of columns": (
        rules.interfaces_do_not_write,
        "invoices.admin",
        "queryset.filter(pk=1).update(status='void')",
    ),
    "delete in a command": (
        rules.interfaces_do_not_write,
        "billing_admin.management.commands.tidy",
        "def handle(rows):\n    rows.delete()",
    ),
    "save_valid in a view package": (
        rules.interfaces_do_not_write,
        "invoices.views.detail",
        "from persistence.saving import save_valid\nsave_valid(invoice)",
    ),
    "timezone.now": (
        rules.only_the_clock_reads_the_time,
        "customers.views",
        "from django.utils import timezone\nat = timezone.now()",
    ),
    "timezone.now as a default": (
        rules.only_the_clock_reads_the_time,
        "customers.models",
        "created_at = DateTimeField(default=timezone.now)",
    ),
    "datetime.datetime.now": (
        rules.only_the_clock_reads_the_time,
        "workflows.bill_due",
        "import datetime\nat = datetime.datetime.now(datetime.UTC)",
    ),
    "an operation asks the clock": (
        rules.only_interfaces_ask_the_clock,
        "customers.operations",
        "from organizations import clock\nclock.now(customer.organization)",
    ),
    "a workflow asks the clock": (
        rules.only_interfaces_ask_the_clock,
        "workflows.bill_due",
        "from organizations.clock import now",
    ),
    "a float literal": (rules.billing_is_exact, "billing.taxes", "rate = 0.2"),
    "float()": (rules.billing_is_exact, "billing.taxes", "rate = float(given)"),
    "round()": (rules.billing_is_exact, "billing.pricing.package", "cents = round(amount)"),
    "math": (rules.billing_is_exact, "billing.proration", "import math"),
    "a signal": (
        rules.nothing_happens_behind_a_save,
        "invoices.models",
        "from django.db.models.signals import post_save",
    ),
}
HARMLESS = {
    "an operation called create": (
        rules.interfaces_do_not_write,
        "customers.views",
        "from customers import operations\noperations.create(organization, name='x')",
    ),
    "a dictionary": (rules.interfaces_do_not_write, "customers.views", "context.update(more)"),
    "an operation writes": (rules.interfaces_do_not_write, "customers.operations", "row.save()"),
    "the clock itself": (
        rules.only_the_clock_reads_the_time,
        "organizations.clock",
        "timezone.now()",
    ),
    "the sandbox's time": (
        rules.only_the_clock_reads_the_time,
        "customers.views",
        "clock.now(organization)",
    ),
    "a view asks the clock": (
        rules.only_interfaces_ask_the_clock,
        "customers.views",
        "from organizations import clock",
    ),
    "a decimal": (rules.billing_is_exact, "billing.taxes", "rate = Decimal('0.2')"),
    "a float elsewhere": (rules.billing_is_exact, "console.charts", "width = 0.5"),
}


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule: rules.Rule) -> None:
    found = [violation for source in product() for violation in rule(source)]

    assert found == []


@pytest.mark.parametrize(("rule", "module", "text"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_planted_violation_is_found(rule: rules.Rule, module: str, text: str) -> None:
    assert len(list(rule(Source(module, text)))) == 1


@pytest.mark.parametrize(("rule", "module", "text"), HARMLESS.values(), ids=HARMLESS)
def test_what_is_allowed_is_left_alone(rule: rules.Rule, module: str, text: str) -> None:
    assert list(rule(Source(module, text))) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in VIOLATIONS.values()} == set(rules.RULES)
