"""Coupons: reductions that customers carry to their invoices."""
