"""What changes invoices and credit notes."""
