"""Endpoints of the catalog."""

from ninja import Router

from catalog.api import add_ons, charges, metrics, plans, taxes

router = Router()
for part in (taxes, metrics, add_ons, plans, charges):
    router.add_router("", part.router)
