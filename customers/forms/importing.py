"""The form that takes a file of customers."""

from __future__ import annotations

import csv
import io

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from console.forms import ConsoleForm

LARGEST = 5 * 1024 * 1024


class ImportForm(ConsoleForm):
    """A CSV file (UTF-8) with a header; `rows` holds what was read of it."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8, with a header line; the column external_id is needed. At most 5 MB."),
    )
    is_dry_run = forms.BooleanField(
        label=_("Only check"),
        required=False,
        initial=True,
        help_text=_("Says what would happen to each row and keeps nothing."),
    )

    def clean_file(self) -> list[dict[str, str]]:
        """Return the rows of the file, or say what is wrong with it."""
        upload: UploadedFile = self.cleaned_data["file"]
        if upload.size is not None and upload.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(_("The file is not UTF-8 text.")) from error
        if "\x00" in text:
            raise forms.ValidationError(_("The file is not a text file."))
        try:
            return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        except csv.Error as error:
            raise forms.ValidationError(_("The file is not valid CSV.")) from error
