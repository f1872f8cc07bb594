"""Invoices: what is owed, fee by fee; credit notes: what is given back."""
