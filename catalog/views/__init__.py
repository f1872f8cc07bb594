"""Pages of metrics, plans, charges, add-ons and taxes."""
