"""Wallets: prepaid credits and their ledger."""
