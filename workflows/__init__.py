"""Journeys that cross apps: one file each, named like the function it holds."""
