"""P8, P9: lists and search of the console with 100,000 customers, each with a subscription and an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.test import Client
from django.test.utils import override_settings

from activity.actors import COMMAND
from billing_admin.benchmarks.fixtures import AT, organization, subscribed
from billing_admin.benchmarks.measuring import Say, execute, times_ms
from catalog.operations import add_ons
from organizations.models import Organization
from organizations.permissions import Role
from workflows.add_member import add_member
from workflows.create_one_off_invoice import OneOffLine, create_one_off_invoice
from workflows.create_operator import create_operator

CUSTOMERS = 100_000
BAR_MS = 100.0
ROUNDS = 15
_WORDS = "(ARRAY['Acme','Globex','Initech','Umbrella','Hooli','Stark','Wayne','Wonka'])[1 + n % 8]"
_CUSTOMER = {
    "id": "md5('customer' || n)::uuid",
    "external_id": "'backend-' || n",
    "sequential_id": "n + 1",
    "slug": "'BEN-' || n",
    "name": f"{_WORDS} || ' Works ' || chr(65 + n / 8 % 26) || n / 208 % 10 || 'X ' || n",
    "email": "'billing@company' || n || '.example'",
    "country": "(ARRAY['DE','FR','US','JP'])[1 + n % 4]",
    "created_at": "created_at + n * interval '1 minute'",
}
_SUBSCRIPTION = {
    "id": "md5('subscription' || n)::uuid",
    "customer_id": "md5('customer' || n)::uuid",
    "external_id": "'contract-' || n",
}
_INVOICE = {
    "id": "md5('invoice' || n)::uuid",
    "customer_id": "md5('customer' || n)::uuid",
    "number": "'BEN-' || n || '-001'",
    "organization_sequential_id": "n + 1",
    "payment_overdue": "n % 20 = 0",
    "created_at": "created_at + n * interval '1 minute'",
}
PAGES = {
    "customers": "/customers/",
    "customers, by name": "/customers/?sort=name",
    "customers, last page": "/customers/?page=999999",
    "customers, active": "/customers/?status=active",
    "customers, overdue": "/customers/?status=overdue",
    "customers, in France": "/customers/?country=FR",
    "customers, one letter": "/customers/?q=a",
    "customers, one rare letter": "/customers/?q=z",
    "customers, a word of 4,000": "/customers/?q=works+k",
    "customers, a word of 400": "/customers/?q=k7x",
    "customers, an e-mail": "/customers/?q=company4711.ex",
    "customers, a contract": "/customers/?q=contract-54321",
    "customers, nothing": "/customers/?q=qqqqqq",
    "search, one letter": "/search/?q=a",
    "search, an invoice": "/search/?q=BEN-98765-",
    "search, nothing": "/search/?q=qqqqqq",
    "subscriptions": "/subscriptions/",
    "subscriptions, one letter": "/subscriptions/?q=a",
    "subscriptions, a customer": "/subscriptions/?q=company4711.ex",
    "invoices": "/invoices/",
    "invoices, overdue": "/invoices/?payment=overdue",
    "invoices, a customer": "/invoices/?q=k7x",
    "invoices, a number": "/invoices/?q=BEN-98765-",
}


def run(say: Say, *, scale: float = 1.0) -> bool:
    """Ask each page some times; answer whether every median is under the bar."""
    with _plain_static_files():
        return _run(say, scale)


def _run(say: Say, scale: float) -> bool:
    client = _filled(int(CUSTOMERS * scale))
    is_reached = True
    for name, address in PAGES.items():
        taken = sorted(times_ms(lambda address=address: _ask(client, address), rounds=ROUNDS))  # type: ignore[misc]
        median = taken[len(taken) // 2]
        is_reached &= median < BAR_MS
        word = "" if median < BAR_MS else f"  ABOVE {BAR_MS:g} ms"
        say(f"{name:28} median {median:7.1f} ms, slowest {taken[-1]:7.1f} ms{word}")
    return is_reached


def _plain_static_files() -> Any:
    """Do without the manifest of collected files: what is measured does not depend on it."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return override_settings(DEBUG=False, STORAGES={**settings.STORAGES, "staticfiles": plain})


def _ask(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def _filled(count: int) -> Client:
    """Make the customers, and an owner who is signed in."""
    owner: Organization = organization().organization
    subscription = subscribed(owner, ["first"])[0]
    values = {"code": "work", "name": "Work", "amount_cents": 10_000, "amount_currency": "EUR"}
    add_ons.create(owner, values, actor=COMMAND, at=AT)
    line = OneOffLine(add_on_code="work", units=Decimal(1))
    invoice = create_one_off_invoice(
        subscription.customer, lines=[line], currency="EUR", actor=COMMAND, at=AT
    )
    for row, changes in (
        (subscription.customer, _CUSTOMER),
        (subscription, _SUBSCRIPTION),
        (invoice, _INVOICE),
    ):
        _multiply(row, changes, count)
    operator = create_operator("owner@example.com", at=AT, password="unused, signed in by force")
    add_member(owner, operator, role=Role.OWNER.value, actor=COMMAND, at=AT)
    client = Client(SERVER_NAME="localhost")
    client.force_login(operator)
    return client


def _multiply(row: models.Model, changes: Mapping[str, str], count: int) -> None:
    """Copy a row many times; `changes` says in SQL what differs in the n-th."""
    columns = [field.attname for field in row._meta.concrete_fields if not field.generated]
    picked = [changes.get(column, f'"{column}"').replace("%", "%%") for column in columns]
    table = row._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(picked)}"
        f" FROM {table}, generate_series(1, %s) AS n WHERE id = %s",
        [count, row.pk],
    )
    execute(f"VACUUM ANALYZE {table}")
