"""The names of what webhooks tell."""

EVENT_TYPES = frozenset(
    """
    customer.created customer.updated customer.payment_provider_created
    customer.payment_provider_error customer.checkout_url_generated customer.tax_provider_error
    customer.vies_check customer.accounting_provider_created customer.accounting_provider_error
    customer.crm_provider_created customer.crm_provider_error
    subscription.started subscription.updated subscription.terminated subscription.canceled
    subscription.incomplete subscription.trial_ended subscription.termination_alert
    subscription.usage_threshold_reached
    invoice.drafted invoice.ready_to_finalize invoice.created invoice.one_off_created
    invoice.paid_credit_added invoice.generated invoice.voided invoice.deleted
    invoice.payment_status_updated invoice.payment_failure invoice.payment_overdue
    invoice.payment_dispute_lost invoice.resynced
    fee.created fee.tax_provider_error
    credit_note.created credit_note.generated credit_note.provider_refund_failure
    wallet.created wallet.updated wallet.terminated wallet.depleted_ongoing_balance
    wallet_transaction.created wallet_transaction.updated wallet_transaction.payment_failure
    payment.requires_action payment.succeeded
    payment_request.created payment_request.payment_failure
    payment_request.payment_status_updated
    payment_receipt.created payment_receipt.generated payment_provider.error
    dunning_campaign.finished
    plan.created plan.updated plan.deleted
    billable_metric.created billable_metric.updated billable_metric.deleted
    feature.created feature.updated feature.deleted
    event.error events.errors integration.provider_error alert.triggered
    """.split()
)
EVERYTHING = "*"
