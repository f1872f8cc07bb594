"""Pages of payments, and the door at which providers bring their news."""
