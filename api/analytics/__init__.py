"""Figures by month: gross revenue, collection, usage, recurring revenue, overdue balances."""

from api.analytics.endpoints import router

__all__ = ["router"]
