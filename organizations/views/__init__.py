"""Pages of an organization's settings and members."""
