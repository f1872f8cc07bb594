"""What changes coupons, and coupons applied to customers."""

from coupons.operations.applied import (
    apply,
    lock_active,
    reinstate,
    remove,
    terminate_all_of,
    use,
)
from coupons.operations.offers import (
    LOCKED_COLUMNS,
    Limits,
    create,
    delete,
    expire_due,
    terminate,
    update,
)

__all__ = [
    "LOCKED_COLUMNS",
    "Limits",
    "apply",
    "create",
    "delete",
    "expire_due",
    "lock_active",
    "reinstate",
    "remove",
    "terminate",
    "terminate_all_of",
    "update",
    "use",
]
