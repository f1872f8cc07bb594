"""Summing events up by day, behind a watermark that no event can slip under."""

from usage.rollup.roll_up import RolledUp, catch_up, roll_up
from usage.rollup.watermark import advance_watermark

__all__ = ["RolledUp", "advance_watermark", "catch_up", "roll_up"]
