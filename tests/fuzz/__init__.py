"""Requests that schemathesis makes up from a description of the API; run by `manage.py fuzz_api`."""
