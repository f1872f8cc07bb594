"""Coupons and who has them, to read."""

from django.contrib import admin

from console.admin import OperationsAdmin
from coupons.models import AppliedCoupon, Coupon


@admin.register(Coupon)
class CouponAdmin(OperationsAdmin):
    """Coupons, ended and deleted ones too."""

    list_display = ("name", "code", "coupon_type", "frequency", "terminated_at", "deleted_at", "organization")  # fmt: skip
    list_filter = ("coupon_type", "frequency")
    list_select_related = ("organization",)
    search_fields = ("name", "code", "organization__name")
    find_by_ids = ("organization_id",)


@admin.register(AppliedCoupon)
class AppliedCouponAdmin(OperationsAdmin):
    """Coupons that customers have or had."""

    list_display = ("coupon", "customer", "status", "frequency", "created_at", "organization")
    list_filter = ("status",)
    list_select_related = ("coupon", "customer", "organization")
    search_fields = ("coupon__code", "customer__external_id", "customer__name")
    find_by_ids = ("coupon_id", "customer_id", "organization_id")
