"""What operators type about metrics, plans, charges, add-ons and taxes."""
