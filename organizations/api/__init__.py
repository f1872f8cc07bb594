"""Endpoints of the organization, its billing entity and a sandbox's clock."""

from ninja import Router

from organizations.api import billing_entities, organizations

router = Router()
for part in (organizations, billing_entities):
    router.add_router("", part.router)
