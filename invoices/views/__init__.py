"""Pages of invoices and credit notes."""
