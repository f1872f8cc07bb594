"""Pages of wallets, and of a customer's wallets."""
