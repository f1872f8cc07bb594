"""Raw formats under Spanish."""
