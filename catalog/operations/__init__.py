"""What changes the catalog: one module a kind of object."""
