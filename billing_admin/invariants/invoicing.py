"""Invoices, fees, credit notes, payments: everything adds up, and nothing is billed twice or not at all."""

from __future__ import annotations

from billing_admin.invariants.statements import Invariant, sum_of_parts

SHOWN = "invoice.status IN ('draft', 'finalized', 'voided')"
HALF = "0.500001"  # What rounding once may move, and what is lost in the last stored decimal.

INVOICING = [
    sum_of_parts(
        "An invoice asks for what its fees add up to.",
        "fees_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_fee WHERE deleted_at IS NULL",
        only=SHOWN,
    ),
    Invariant(
        "An invoice bears the taxes of its fees, rounded once.",
        "invoices_invoice",
        f"""
        SELECT invoice.id, format('%%s instead of %%s', invoice.taxes_amount_cents, sum(coalesce(borne.cents, 0)))
        FROM invoices_invoice AS invoice JOIN invoices_fee AS fee ON fee.invoice_id = invoice.id
        LEFT JOIN (SELECT fee_id, sum(precise_amount_cents) AS cents FROM invoices_feetax GROUP BY fee_id)
            AS borne ON borne.fee_id = fee.id
        WHERE {SHOWN} AND invoice.invoice_type <> 'advance_charges' GROUP BY invoice.id
        HAVING abs(invoice.taxes_amount_cents - sum(coalesce(borne.cents, 0))) > {HALF}
        """,
    ),
    Invariant(
        "The taxes that an invoice lists are its taxes, but for the rounding of each.",
        "invoices_invoice",
        f"""
        SELECT invoice.id, format('%%s instead of %%s', invoice.taxes_amount_cents, coalesce(listed.cents, 0))
        FROM invoices_invoice AS invoice LEFT JOIN (
            SELECT invoice_id, sum(amount_cents) AS cents, count(*) AS number
            FROM invoices_invoicetax GROUP BY invoice_id
        ) AS listed ON listed.invoice_id = invoice.id
        WHERE {SHOWN} AND 2 * abs(invoice.taxes_amount_cents - coalesce(listed.cents, 0))
            > CASE WHEN coalesce(listed.number, 0) > 1 THEN listed.number + 1 ELSE 0 END
        """,
    ),
    Invariant(
        "What fees lose to coupons is what their invoice lost, but for the fifth decimal.",
        "invoices_invoice",
        f"""
        SELECT invoice.id, format('%%s', sum(fee.precise_coupons_amount_cents))
        FROM invoices_invoice AS invoice JOIN invoices_fee AS fee ON fee.invoice_id = invoice.id
        WHERE {SHOWN} GROUP BY invoice.id
        HAVING abs(sum(fee.precise_coupons_amount_cents) - invoice.coupons_amount_cents
                   - invoice.progressive_billing_credit_amount_cents) > 0.0001 * count(*)
        """,
    ),
    sum_of_parts(
        "Coupons take off an invoice what each of them grants.",
        "coupons_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_couponcredit",
    ),
    sum_of_parts(
        "An invoice takes off what progressive invoices have billed.",
        "progressive_billing_credit_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_progressivecredit",
    ),
    sum_of_parts(
        "Credit notes pay of an invoice what each of them gives.",
        "credit_notes_amount_cents",
        "SELECT invoice_id, amount_cents FROM invoices_creditnotecredit",
    ),
    sum_of_parts(
        "Prepaid credits pay of an invoice what left the wallets for it.",
        "prepaid_credit_amount_cents",
        """
        SELECT tie.invoice_id, spent.amount_cents FROM invoices_prepaidcredit AS tie
        JOIN wallets_wallettransaction AS spent ON spent.id = tie.wallet_transaction_id
        WHERE tie.role = 'spent'
        """,
    ),
    Invariant(
        "A final invoice without anything to pay has been paid.",
        "invoices_invoice",
        """
        SELECT id, payment_status FROM invoices_invoice
        WHERE status = 'finalized' AND total_amount_cents = 0 AND payment_status <> 'succeeded'
        """,
    ),
    sum_of_parts(
        "An invoice has been paid what its payments brought.",
        "total_paid_amount_cents",
        "SELECT invoice_id, amount_cents FROM payments_payment"
        " WHERE status = 'succeeded' AND invoice_id IS NOT NULL",
        only="""invoice.invoice_type <> 'advance_charges' AND EXISTS
            (SELECT FROM payments_payment AS paid WHERE paid.invoice_id = invoice.id)""",
    ),
    Invariant(
        "A fee is in the currency of its invoice.",
        "invoices_fee",
        """
        SELECT fee.id, format('%%s on %%s', fee.amount_currency, invoice.currency)
        FROM invoices_fee AS fee JOIN invoices_invoice AS invoice ON invoice.id = fee.invoice_id
        WHERE fee.amount_currency <> invoice.currency
        """,
    ),
]

NUMBERS = [
    Invariant(
        "Final invoices of a customer are numbered without a gap.",
        "customers_customer",
        """
        SELECT customer_id, format('%%s numbers up to %%s', count(*), max(sequential_id))
        FROM invoices_invoice WHERE sequential_id IS NOT NULL
        GROUP BY customer_id HAVING count(*) <> max(sequential_id)
        """,
    ),
    Invariant(
        "Invoices that an organization counts are numbered without a gap, but for those of customers' numbering.",
        "organizations_organization",
        """
        SELECT organization_id, format('%%s numbers from %%s to %%s', count(*) FILTER (WHERE is_counted),
                   min(number), max(number))
        FROM (
            SELECT organization_id, organization_sequential_id AS number, finalized_at,
                   organization_sequential_id IS NOT NULL AS is_counted,
                   min(finalized_at) FILTER (WHERE organization_sequential_id IS NOT NULL)
                       OVER (PARTITION BY organization_id) AS begun_at
            FROM invoices_invoice WHERE sequential_id IS NOT NULL AND NOT self_billed
        ) AS numbered
        WHERE finalized_at >= begun_at GROUP BY organization_id
        HAVING 1 + max(number) - min(number) NOT BETWEEN count(*) FILTER (WHERE is_counted) AND count(*)
        """,
    ),
]

PERIODS = [
    Invariant(
        "A voided invoice has released the periods that it billed.",
        "invoices_invoice",
        """
        SELECT invoice.id, format('%%s periods', count(*)) FROM invoices_invoice AS invoice
        JOIN invoices_billedperiod AS billed ON billed.invoice_id = invoice.id
        WHERE invoice.status = 'voided' AND NOT billed.is_released GROUP BY invoice.id
        """,
    ),
    Invariant(
        "Between two billed periods of a charge there is no gap.",
        "subscriptions_subscription",
        """
        SELECT subscription_id, format('%%s: nothing from %%s to %%s', item, reached, lower(period)) FROM (
            SELECT subscription_id, item, period, max(upper(period)) OVER (
                PARTITION BY subscription_id, item ORDER BY lower(period), upper(period)
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
            FROM invoices_billedperiod
        ) AS billed
        WHERE lower(period) > reached AND item <> subscription_id
        """,
    ),
]

NOTES = [
    Invariant(
        "A credit note still holds what it has not given.",
        "invoices_creditnote",
        """
        SELECT note.id, format('%%s instead of %%s', note.balance_amount_cents,
                               note.credit_amount_cents - coalesce(given.amount, 0))
        FROM invoices_creditnote AS note LEFT JOIN (
            SELECT credit_note_id, sum(amount_cents) AS amount FROM invoices_creditnotecredit
            WHERE NOT is_returned GROUP BY credit_note_id
        ) AS given ON given.credit_note_id = note.id
        WHERE note.voided_at IS NULL
          AND note.balance_amount_cents <> note.credit_amount_cents - coalesce(given.amount, 0)
        """,
    ),
    Invariant(
        "No more of a fee is credited than it asked for.",
        "invoices_fee",
        """
        SELECT fee.id, format('%%s of %%s', sum(item.precise_amount_cents), fee.amount_cents)
        FROM invoices_fee AS fee JOIN invoices_creditnoteitem AS item ON item.fee_id = fee.id
        GROUP BY fee.id HAVING sum(item.precise_amount_cents) > fee.amount_cents
        """,
    ),
    Invariant(
        "No more of an invoice is refunded than was paid.",
        "invoices_invoice",
        """
        SELECT invoice.id, format('%%s of %%s', sum(note.refund_amount_cents), invoice.total_paid_amount_cents)
        FROM invoices_invoice AS invoice JOIN invoices_creditnote AS note ON note.invoice_id = invoice.id
        WHERE note.status = 'finalized' AND note.refund_status IS DISTINCT FROM 'failed' GROUP BY invoice.id
        HAVING sum(note.refund_amount_cents) > invoice.total_paid_amount_cents
        """,
    ),
]
