"""Addresses of invoices, credit notes, and the customers whom billing had to leave out."""

from django.urls import path

from invoices.views import (
    adjust,
    analytics,
    batches,
    changes,
    credit_notes,
    invoices,
    issue_note,
    one_off,
    regenerate,
    void,
)

app_name = "invoices"
urlpatterns = [
    path("invoices/", invoices.invoice_list, name="list"),
    path("invoices/batches/", batches.index, name="batches"),
    path("invoices/batches/new/", batches.ask, name="new_batch"),
    path("payments/batches/new/", batches.ask_of_payments, name="new_payment_batch"),
    path("invoices/batches/<uuid:pk>/", batches.batch, name="batch"),
    path("invoices/failures/", invoices.failures, name="failures"),
    path("invoices/<uuid:pk>/", invoices.detail, name="detail"),
    path("invoices/<uuid:pk>/fees/<uuid:fee_pk>/", invoices.fee, name="fee"),
    path("invoices/<uuid:pk>/fees/<uuid:fee_pk>/adjust/", adjust.adjust, name="adjust_fee"),
    path("invoices/<uuid:pk>/fees/<uuid:fee_pk>/undo/", adjust.undo, name="undo_adjustment"),
    path("invoices/<uuid:pk>/finalize/", changes.finalize, name="finalize"),
    path("invoices/<uuid:pk>/refresh/", changes.refresh, name="refresh"),
    path("invoices/<uuid:pk>/delete/", changes.delete, name="delete"),
    path("invoices/<uuid:pk>/dispute/", changes.dispute, name="dispute"),
    path("invoices/<uuid:pk>/metadata/", changes.metadata, name="metadata"),
    path("invoices/<uuid:pk>/regenerate/", regenerate.regenerate, name="regenerate"),
    path("invoices/<uuid:pk>/void/", void.void, name="void"),
    path("invoices/<uuid:pk>/credit-notes/new/", issue_note.issue, name="issue_credit_note"),
    path(
        "invoices/<uuid:pk>/credit-notes/estimate/",
        issue_note.estimate,
        name="estimate_credit_note",
    ),
    path("customers/<uuid:customer_id>/one-off-invoice/", one_off.create, name="create_one_off"),
    path(
        "customers/<uuid:customer_id>/one-off-invoice/estimate/",
        one_off.estimate,
        name="estimate_one_off",
    ),
    path("analytics/", analytics.overview, name="analytics"),
    path("credit-notes/", credit_notes.note_list, name="credit_note_list"),
    path("credit-notes/<uuid:pk>/", credit_notes.detail, name="credit_note"),
    path("credit-notes/<uuid:pk>/refund/", credit_notes.refund, name="credit_note_refund"),
    path("credit-notes/<uuid:pk>/void/", credit_notes.void, name="void_credit_note"),
]
