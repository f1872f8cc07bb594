"""Activity: the journal of who did what, and the outbox of what must reach the outside."""
