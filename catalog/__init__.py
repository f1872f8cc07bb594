"""The catalog: what is sold and how it is priced: metrics, plans, charges, add-ons, taxes."""
