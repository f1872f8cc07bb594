"""What `manage.py benchmark` measures: a file per bar, each with a `run` that says whether the bar is reached."""

BENCHMARKS = {"usage": "usage", "import": "imports"}
"""The file of each benchmark by its name."""
