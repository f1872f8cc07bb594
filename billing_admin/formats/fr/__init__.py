"""Raw formats under French."""
