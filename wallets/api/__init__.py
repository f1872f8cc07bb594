"""Endpoints of wallets, of their transactions, and of a customer's wallets."""

from ninja import Router

from wallets.api import of_customer, transactions, wallets

router = Router(tags=["wallets"])
for part in (wallets, transactions, of_customer):
    router.add_router("", part.router)
