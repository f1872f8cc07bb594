"""Documents are made once, kept as they were, in the customer's language and archivable."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from activity.actors import COMMAND
from customers.models import CustomerMetadata
from delivery.documents import document_of, written
from delivery.documents.rendering import pdf
from delivery.documents.writing import Writer
from delivery.models import Document
from delivery.wording import LANGUAGES, words
from tests.delivery.issued import one_off
from tests.factories import (
    AT,
    InvoiceFactory,
)
from workflows.void_invoice import void_invoice

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = '*bold* #panic("x") $x$ `raw` <label> @ref \\ // "quoted" {curly} [square]'


@pytest.mark.parametrize(
    ("locale", "heading", "due", "amount"),
    [
        ("en", "Invoice", "Amount due by Jan 1, 2024", "€1,234.50"),
        ("fr", "Facture", "Montant dû au plus tard le 1 janv. 2024", "1\u202f234,50\xa0€"),
        ("de", "Rechnung", "Zu zahlen bis 01.01.2024", "1.234,50\xa0€"),
        ("es", "Factura", "Importe a pagar a más tardar el 1 ene 2024", "1.234,50\xa0€"),
        ("it", "Fattura", "Importo dovuto entro il 1 gen 2024", "1.234,50\xa0€"),
        ("pt", "Fatura", "Montante a pagar até 1 de jan. de 2024", "€\xa01.234,50"),
        ("pt-PT", "Fatura", "Montante a pagar até 01/01/2024", "1\xa0234,50\xa0€"),
        ("ja", "Invoice", "Amount due by Jan 1, 2024", "€1,234.50"),
        ("nonsense", "Invoice", "Amount due by Jan 1, 2024", "€1,234.50"),
    ],
)
def test_an_invoice_speaks_the_customers_language(hooli, locale, heading, due, amount) -> None:
    hooli.document_locale = locale
    invoice = InvoiceFactory(
        customer=hooli,
        fees_amount_cents=123_450,
        sub_total_excluding_taxes_amount_cents=123_450,
        sub_total_including_taxes_amount_cents=123_450,
        total_amount_cents=123_450,
    )

    said = written(invoice)

    assert said["heading"] == heading
    assert said["summary"] == {"text": due, "amount": amount}


def test_every_language_has_every_phrase_with_the_same_places() -> None:
    def places(text: object) -> set[str]:
        return {part.partition("}")[0] for part in str(text).split("{")[1:]}

    english = words("en")
    for language in LANGUAGES:
        own = words(language)
        assert set(own) == set(english)
        assert set(own["reasons"]) == set(english["reasons"])
        differing = {
            key for key in own if key != "reasons" and places(own[key]) != places(english[key])
        }
        assert differing == set()


def test_only_metadata_that_is_meant_to_be_shown_is_shown(hooli) -> None:
    note = {"organization": hooli.organization, "customer": hooli, "created_at": AT}
    for key, is_shown in [("Vendor no.", True), ("Segment", False)]:
        CustomerMetadata.objects.create(
            **note, key=key, value="4711", display_in_invoice=is_shown, updated_at=AT
        )

    facts = written(InvoiceFactory(customer=hooli))["facts"]

    assert ["Vendor no.", "4711"] in facts
    assert "Segment" not in str(facts)


def test_a_draft_is_marked_and_never_kept(hooli) -> None:
    draft = InvoiceFactory(
        customer=hooli, status="draft", finalized_at=None, sequential_id=None, number="ORG-DRAFT"
    )

    document = document_of(draft, at=NOW)

    assert written(draft)["mark"] == "DRAFT"
    assert bytes(document.content).startswith(b"%PDF")
    assert Document.objects.count() == 0


def test_a_final_document_is_made_once_and_its_bytes_are_kept(hooli) -> None:
    invoice = one_off(hooli)

    first = document_of(invoice, at=NOW)
    hooli.name = hooli.legal_name = "Renamed"
    hooli.save()
    invoice.refresh_from_db()
    second = document_of(invoice, at=datetime(2030, 1, 1, tzinfo=UTC))

    assert (first.pk, bytes(first.content)) == (second.pk, bytes(second.content))
    assert Document.objects.get().created_at == NOW


def test_a_voided_invoice_gets_a_document_of_its_own_that_owes_nothing(hooli) -> None:
    invoice = one_off(hooli)
    document_of(invoice, at=NOW)

    voided = void_invoice(invoice, actor=COMMAND, at=NOW)
    document_of(voided, at=NOW)

    said = written(voided)
    assert said["mark"] == "VOIDED"
    assert said["summary"] == {"text": "This invoice is voided", "amount": "€0.00"}
    assert sorted(Document.objects.values_list("state", flat=True)) == ["final", "voided"]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_pdf_is_archivable_in_every_language_whatever_people_type(hooli, locale) -> None:
    hooli.name = hooli.legal_name = HOSTILE
    hooli.document_locale = locale
    hooli.save()

    made = bytes(document_of(one_off(hooli, name=HOSTILE, description=HOSTILE), at=NOW).content)

    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>3</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made


def test_a_script_that_no_font_has_still_makes_a_document(hooli) -> None:
    hooli.name = hooli.legal_name = "𐎠𐎡𐎢 中日 אבג"
    hooli.save()

    assert pdf(written(InvoiceFactory(customer=hooli)), at=NOW).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("currency", "price", "money"),
    [
        ("JPY", "¥0.0025", "¥1,000"),
        ("KWD", "KWD\xa00.0025", "KWD\xa01.000"),
        ("USD", "$0.0025", "$10.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency_and_prices_all_of_theirs(
    currency, price, money
) -> None:
    write = Writer("en", currency, "UTC")

    assert (write.price(Decimal("0.0025")), write.money(1000)) == (price, money)
