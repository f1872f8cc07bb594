"""Run the jobs: those that were queued, and those of the schedule when they fall due."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

SLOWEST_STOP = 15.0  # seconds that a running job gets to finish


class Command(BaseCommand):
    """The worker process; start as many as the work needs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="end as soon as no job is left to do now"
        )

    def handle(self, *words: Any, **options: Any) -> None:
        # The jobs' own code keeps Django's connection, so that what it queues is part of its
        # transaction; only the worker itself uses this pool.
        connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
        app.with_connector(connector).run_worker(
            # Sending must not keep billing waiting, nor the other way round.
            concurrency=2,
            wait=not options["once"],
            shutdown_graceful_timeout=SLOWEST_STOP,
            delete_jobs="successful",
        )
