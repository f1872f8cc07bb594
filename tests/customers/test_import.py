"""Customers from a file: row by row, with a report."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from activity.actors import COMMAND
from billing.errors import Invalid
from customers.models import Customer
from tests.factories import CustomerFactory, OrganizationFactory, TaxFactory
from workflows.import_customers import import_customers

AT = datetime(2024, 5, 1, tzinfo=UTC)
ROWS = [
    {
        "external_id": "a",
        "name": "Ada",
        "currency": "EUR",
        "tax_codes": "vat",
        "metadata.tier": "gold",
    },
    {"external_id": "b", "name": "Bo", "currency": "??", "tax_codes": "", "metadata.tier": ""},
    {
        "external_id": "known",
        "name": "New name",
        "currency": "",
        "tax_codes": "",
        "metadata.tier": "",
    },
]


@pytest.fixture
def organization(db):
    organization = OrganizationFactory()
    TaxFactory(organization=organization, code="vat")
    CustomerFactory(
        organization=organization, external_id="known", name="Old name", sequential_id=900
    )
    return organization


def test_good_rows_are_kept_and_bad_ones_are_named(organization):
    report = import_customers(organization, ROWS, actor=COMMAND, at=AT)

    assert [row.outcome for row in report.rows] == ["created", "refused", "updated"]
    assert report.rows[1].line == 3
    assert report.rows[1].errors == (("currency", "value_is_invalid"),)
    names = dict(Customer.objects.values_list("external_id", "name"))
    assert names == {"a": "Ada", "known": "New name"}
    ada = Customer.objects.get(external_id="a")
    assert [tax.code for tax in ada.taxes.all()] == ["vat"]
    assert [(one.key, one.value) for one in ada.metadata.all()] == [("tier", "gold")]


def test_a_dry_run_says_the_same_and_keeps_nothing(organization):
    report = import_customers(organization, ROWS, actor=COMMAND, at=AT, is_dry_run=True)

    assert [row.outcome for row in report.rows] == ["created", "refused", "updated"]
    assert list(Customer.objects.values_list("name", flat=True)) == ["Old name"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], "value_is_mandatory"),
        ([{"name": "Ada"}], "value_is_mandatory"),
        ([{"external_id": "a", "shoe_size": "42"}], "value_is_invalid"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(organization, rows, code):
    with pytest.raises(Invalid) as refusal:
        import_customers(organization, rows, actor=COMMAND, at=AT)

    assert refusal.value.errors == {"file": [code]}
    assert Customer.objects.count() == 1


def upload(text):
    return SimpleUploadedFile("customers.csv", text.encode(), content_type="text/csv")


def test_the_page_checks_first_and_imports_then(signed_in):
    text = "external_id,name\nx,Xenia\n"

    checked = signed_in.post("/customers/import/", {"file": upload(text), "is_dry_run": "on"})
    assert checked.status_code == 200
    assert "1 added · 0 changed · 0 refused" in checked.content.decode()
    assert not Customer.objects.exists()

    signed_in.post("/customers/import/", {"file": upload(text)})
    assert Customer.objects.get().name == "Xenia"


def test_a_viewer_may_not_import(signed_in):
    signed_in.membership.role = "viewer"
    signed_in.membership.save()

    refused = signed_in.post("/customers/import/", {"file": upload("external_id\nx\n")})

    assert refused.status_code == 403
    assert not Customer.objects.exists()


def test_a_file_that_is_no_text_is_refused_beside_its_field(signed_in):
    file = SimpleUploadedFile("customers.csv", b"\xff\xfe\x00")

    refused = signed_in.post("/customers/import/", {"file": file})

    assert refused.status_code == 422
    assert "not UTF-8" in refused.content.decode()
