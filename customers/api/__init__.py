"""Endpoints of customers."""

from ninja import Router

from customers.api import customers

router = Router()
for part in (customers,):
    router.add_router("", part.router)
