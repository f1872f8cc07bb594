"""What the pages of the catalog show."""
