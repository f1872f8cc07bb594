"""What `manage.py benchmark` measures: functions that say what they found and whether the bar is reached."""

BENCHMARKS = {
    "usage": "usage.run",
    "import": "imports.run",
    "ingest-batch": "ingestion.batches",
    "ingest-single": "ingestion.singles",
    "pages": "pages.run",
}
"""The function of each benchmark by its name."""
