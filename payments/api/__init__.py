"""The API of payments: those by hand, requests, receipts, and what providers offer."""

from ninja import Router

from payments.api import pages, payments, requests

router = Router(tags=["payments"])
for part in (payments, requests, pages):
    router.add_router("", part.router)
