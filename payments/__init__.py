"""Payments: providers, payments, refunds, payment requests and dunning."""
