"""The API of what leaves the house: webhook endpoints, and documents mailed again."""

from ninja import Router

from delivery.api import emails, endpoints

router = Router(tags=["webhooks"])
for part in (endpoints, emails):
    router.add_router("", part.router)
