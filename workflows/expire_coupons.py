"""Terminate coupons whose time limit has passed."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from coupons.models import Coupon
from coupons.operations import offers
from organizations.models import Organization


def expire_coupons(organization: Organization, *, at: datetime) -> int:
    """Terminate every coupon that expired by `at`; those applied already go on."""
    return offers.expire_due(organization, at=at)


def next_coupon_expiry(organization: Organization, after: datetime) -> datetime | None:
    """Return the earliest moment later than `after` at which a coupon expires."""
    offered = Coupon.objects.of(organization).offered().filter(expiration_at__gt=after)
    earliest: datetime | None = offered.aggregate(at=Min("expiration_at"))["at"]
    return earliest
