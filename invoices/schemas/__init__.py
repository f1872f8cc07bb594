"""The shapes of invoices, fees, credit notes and usage on the wire."""
