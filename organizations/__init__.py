"""Organizations: tenants, operators and roles, API keys, and the clock."""
