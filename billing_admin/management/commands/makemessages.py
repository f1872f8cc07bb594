"""Find the texts to translate, among them the sentences of refusals where the domain raises them."""

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import makemessages

REFUSALS = ("NotAllowed", "NotFound", "Forbidden", "DomainError", "Invalid", "_refusal")
SENTENCES = [
    "--keyword=noop",
    "--keyword=Sentence",
    *(f"--keyword={name}:2" for name in REFUSALS),
]
ELSEWHERE = [".*", "tests", "demo", "docs", "styleguide*", "samples.py", "_sample*"]
USUAL = {"all": True, "no_wrap": True, "no_obsolete": True, "add_location": "file"}


class Command(makemessages.Command):
    """Django's command for every catalog, with the domain's sentences and few lines that change."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
    xgettext_options = [*makemessages.Command.xgettext_options, *SENTENCES]

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's options, with others as usual."""
        super().add_arguments(parser)
        parser.set_defaults(**USUAL)

    def handle(self, *args: Any, **options: Any) -> None:
        """Leave out what no operator sees."""
        options["ignore_patterns"] += ELSEWHERE
        super().handle(*args, **options)
