"""What changes a customer."""

from customers.operations.currency import assign_currency
from customers.operations.locking import find_kept, lock_kept
from customers.operations.writing import create, mark_deleted, snapshot, update

__all__ = [
    "assign_currency",
    "create",
    "find_kept",
    "lock_kept",
    "mark_deleted",
    "snapshot",
    "update",
]
