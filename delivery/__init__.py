"""Delivery: webhooks, e-mails and PDFs, sent from the outbox after the commit."""
