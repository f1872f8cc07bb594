"""The form that takes a file of events."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleForm
from console.wording import spoken
from usage.files import Rejected, UnreadableFile, read_events
from usage.incoming import IncomingEvent

LARGEST = 10 * 1024 * 1024


class ImportForm(ConsoleForm):
    """A CSV file (UTF-8) with a header; `file` becomes what was read of its lines."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, with a header line. At most 10 MB; larger ones go by import_events."),
    )

    def clean_file(self) -> list[Sequence[IncomingEvent] | Rejected]:
        """Return the events of the file and its rejected lines, or say why it cannot be read."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is not None and upload.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not UTF-8 text.")) from error
        try:
            return list(read_events(_lines(text)))
        except UnreadableFile as error:
            raise forms.ValidationError(spoken(error.args[0])) from error


def _lines(text: str) -> Iterator[str]:
    yield from io.StringIO(text, newline="")
