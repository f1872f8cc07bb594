"""One customer's failure is no other's: it parks that customer alone, and the job goes on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from billing.errors import NotFound
from invoices.operations import failures


@contextmanager
def parking(customer_id: uuid.UUID, *, at: datetime) -> Iterator[None]:
    """Do something for one customer; when it fails, note why, and let the caller go on with the next.

    What somebody else has done meanwhile, so that it is not found any more, is no failure. What is done must be
    atomic in itself.
    """
    try:
        yield
    except NotFound:
        return
    except Exception as error:
        failures.park(customer_id, error, at=at)
    else:
        failures.resolve([customer_id], at=at)
