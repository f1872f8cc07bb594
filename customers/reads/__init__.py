"""Customers as screens show them."""
