"""Endpoints of customers."""

from ninja import Router

from customers.api import customers, deletion

router = Router()
for part in (customers, deletion):
    router.add_router("", part.router)
