"""The operator console: the shell that every app's pages stand in."""
