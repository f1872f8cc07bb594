"""The years in which moments may lie: beyond them no calendar of a billing period can be worked out."""

FIRST_YEAR, LAST_YEAR = 1900, 2999
