"""PDFs for those who may see them: operators of the organization, and whoever holds a fresh signed link."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import RequestFactory

from delivery import links
from delivery.links import file_url
from delivery.outbox import deliver_due
from organizations.models import Membership
from tests.factories import CustomerFactory, InvoiceFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def invoice(signed_in):
    customer = CustomerFactory(
        organization=signed_in.organization, deleted_at=NOW, email="a@b.example"
    )
    return InvoiceFactory(customer=customer, number="ORG/1 é")


def test_an_operator_opens_the_invoice_of_a_deleted_customer(signed_in, invoice) -> None:
    answer = signed_in.get(f"/invoices/{invoice.pk}/pdf/")
    saved = signed_in.get(f"/invoices/{invoice.pk}/pdf/?download")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'inline; filename="ORG-1--.pdf"'
    assert saved["Content-Disposition"] == 'attachment; filename="ORG-1--.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.content == saved.content
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize("folder", ["invoices", "credit-notes", "receipts"])
def test_documents_of_others_and_of_nobody_are_not_there(signed_in, folder) -> None:
    foreign = InvoiceFactory()

    assert signed_in.get(f"/{folder}/{foreign.pk}/pdf/").status_code == 404
    assert signed_in.get(f"/{folder}/{uuid.uuid4()}/pdf/").status_code == 404
    assert signed_in.post(f"/{folder}/{foreign.pk}/email/").status_code == 404


def test_strangers_are_sent_to_sign_in(client, invoice) -> None:
    client.logout()

    assert client.get(f"/invoices/{invoice.pk}/pdf/").status_code == 302
    assert client.post(f"/invoices/{invoice.pk}/email/").status_code == 302


def test_a_signed_link_opens_without_signing_in_for_a_day(client, invoice, monkeypatch) -> None:
    client.logout()
    url = file_url(invoice, RequestFactory().get("/"))

    answer = client.get(url)

    assert url.startswith("http://testserver/documents/")
    assert (answer.status_code, answer.content[:4]) == (200, b"%PDF")
    monkeypatch.setattr(links, "VALID_SECONDS", -1)
    assert client.get(url).status_code == 404


def test_a_forged_link_opens_nothing(client, invoice) -> None:
    client.logout()
    url = file_url(invoice, RequestFactory().get("/"))

    assert client.get(url[:-1] + ("A" if url[-1] != "A" else "B")).status_code == 404
    assert client.get("/documents/x").status_code == 404


def test_an_invoice_is_mailed_again(signed_in, invoice) -> None:
    answer = signed_in.post(f"/invoices/{invoice.pk}/email/")
    deliver_due(at=NOW)

    assert answer.status_code == 303
    assert [one.to for one in mail.outbox] == [["a@b.example"]]


def test_a_viewer_may_not_mail(signed_in, invoice) -> None:
    Membership.objects.filter(pk=signed_in.membership.pk).update(role="viewer")

    assert signed_in.get(f"/invoices/{invoice.pk}/pdf/").status_code == 200
    assert signed_in.post(f"/invoices/{invoice.pk}/email/").status_code == 403
    deliver_due(at=NOW)
    assert mail.outbox == []
