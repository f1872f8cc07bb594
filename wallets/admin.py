"""Wallets and their ledgers, to read."""

from django.contrib import admin

from console.admin import OperationsAdmin
from wallets.models import Wallet, WalletTransaction


@admin.register(Wallet)
class WalletAdmin(OperationsAdmin):
    """Wallets, ended ones too."""

    list_display = (
        "name",
        "code",
        "customer",
        "status",
        "balance_cents",
        "currency",
        "organization",
    )
    list_filter = ("status",)
    list_select_related = ("customer", "organization")
    search_fields = ("name", "code", "customer__external_id", "customer__name")
    find_by_ids = ("customer_id", "organization_id")


@admin.register(WalletTransaction)
class WalletTransactionAdmin(OperationsAdmin):
    """The ledger: every movement of credits."""

    list_display = ("created_at", "wallet", "kind", "status", "credit_amount", "amount_cents", "organization")  # fmt: skip
    list_filter = ("kind", "status")
    list_select_related = ("wallet", "organization")
    search_fields = ("name", "wallet__code")
    find_by_ids = ("wallet_id", "organization_id")
