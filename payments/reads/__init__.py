"""What the API and the pages of payments show."""

from payments.reads.contract import (
    of_invoice,
    payments_with_all,
    receipts_with_all,
    requests_with_all,
)

__all__ = ["of_invoice", "payments_with_all", "receipts_with_all", "requests_with_all"]
