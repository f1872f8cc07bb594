"""What operators type about invoices."""
