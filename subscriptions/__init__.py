"""Subscriptions: a customer on a plan, from start to termination."""
