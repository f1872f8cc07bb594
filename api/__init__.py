"""The JSON API: Lago's contract at /api/v1. Endpoints live in each app's api.py."""
