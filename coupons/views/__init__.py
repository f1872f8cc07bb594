"""Pages of coupons, and of a customer's coupons."""
