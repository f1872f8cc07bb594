"""Endpoints of invoices, fees, credit notes and of usage in money."""

from ninja import Router

from invoices.api import credit_notes, fees, invoices, usage

router = Router()
for part in (usage, invoices, fees, credit_notes):
    router.add_router("", part.router)
