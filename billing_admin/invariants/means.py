"""Wallets, coupons and customers: nothing is spent twice, and what has ended has ended."""

from __future__ import annotations

from billing_admin.invariants.statements import Invariant

MEANS = [
    Invariant(
        "A wallet holds what its settled ledger adds up to.",
        "wallets_wallet",
        """
        SELECT wallet.id, format('%%s instead of %%s', wallet.balance_cents, coalesce(ledger.cents, 0))
        FROM wallets_wallet AS wallet LEFT JOIN (
            SELECT wallet_id,
                   sum(CASE transaction_type WHEN 'inbound' THEN amount_cents ELSE -amount_cents END) AS cents
            FROM wallets_wallettransaction WHERE status = 'settled' GROUP BY wallet_id
        ) AS ledger ON ledger.wallet_id = wallet.id
        WHERE wallet.balance_cents <> coalesce(ledger.cents, 0)
        """,
    ),
    Invariant(
        "No top-up gives more than it brought.",
        "wallets_wallettransaction",
        """
        SELECT inbound.id, format('gave %%s of %%s', sum(taken.amount_cents), inbound.amount_cents)
        FROM wallets_wallettransaction AS inbound
        JOIN wallets_consumption AS taken ON taken.inbound_id = inbound.id
        GROUP BY inbound.id HAVING sum(taken.amount_cents) > inbound.amount_cents
        """,
    ),
    Invariant(
        "A coupon that may be used once grants no more than its amount.",
        "coupons_appliedcoupon",
        """
        SELECT applied.id, format('%%s of %%s', sum(credit.amount_cents), applied.amount_cents)
        FROM coupons_appliedcoupon AS applied
        JOIN invoices_couponcredit AS credit ON credit.applied_coupon_id = applied.id
        JOIN invoices_invoice AS invoice ON invoice.id = credit.invoice_id
        WHERE applied.frequency = 'once' AND applied.coupon_type = 'fixed_amount'
          AND invoice.status = 'finalized'
        GROUP BY applied.id HAVING sum(credit.amount_cents) > applied.amount_cents
        """,
    ),
    Invariant(
        "A coupon for some periods is used in no more of them.",
        "coupons_appliedcoupon",
        """
        SELECT applied.id, format('%%s of %%s', count(*), applied.frequency_duration)
        FROM coupons_appliedcoupon AS applied
        JOIN invoices_couponcredit AS credit ON credit.applied_coupon_id = applied.id
        JOIN invoices_invoice AS invoice ON invoice.id = credit.invoice_id
        WHERE applied.frequency = 'recurring' AND invoice.status = 'finalized'
        GROUP BY applied.id HAVING count(*) > applied.frequency_duration
        """,
    ),
    Invariant(
        "A customer has a coupon that is not reusable once.",
        "customers_customer",
        """
        SELECT applied.customer_id, format('%%s: %%s times', coupon.code, count(*))
        FROM coupons_appliedcoupon AS applied JOIN coupons_coupon AS coupon ON coupon.id = applied.coupon_id
        WHERE NOT coupon.reusable GROUP BY applied.customer_id, coupon.id, coupon.code HAVING count(*) > 1
        """,
    ),
    Invariant(
        "A deleted customer has nothing that goes on.",
        "customers_customer",
        """
        SELECT customer.id, live.what FROM customers_customer AS customer JOIN (
            SELECT customer_id, 'a subscription' AS what FROM subscriptions_subscription
            WHERE status IN ('active', 'pending', 'incomplete')
            UNION ALL SELECT customer_id, 'a coupon' FROM coupons_appliedcoupon WHERE status = 'active'
            UNION ALL SELECT customer_id, 'a wallet' FROM wallets_wallet WHERE status = 'active'
            UNION ALL SELECT customer_id, 'a draft' FROM invoices_invoice WHERE status = 'draft'
        ) AS live ON live.customer_id = customer.id
        WHERE customer.deleted_at IS NOT NULL
        """,
    ),
    Invariant(
        "A subscription that runs has a next billing day.",
        "subscriptions_subscription",
        """
        SELECT id, status FROM subscriptions_subscription WHERE status = 'active' AND next_billing_at IS NULL
        """,
    ),
]
