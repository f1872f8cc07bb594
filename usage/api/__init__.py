"""Endpoints of events, and the short way to the two that take them in."""

from usage.api.events import router

__all__ = ["router"]
