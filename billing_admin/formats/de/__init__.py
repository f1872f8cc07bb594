"""Raw formats under German."""
