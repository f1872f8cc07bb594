"""Forms of the settings and of members."""

from organizations.forms.members import MemberForm, RoleForm
from organizations.forms.settings import (
    EMAILS,
    LANGUAGE_NAMES,
    CompanyForm,
    EmailsForm,
    InvoiceSettingsForm,
    NumberingForm,
    SettingsForm,
)

__all__ = [
    "EMAILS",
    "LANGUAGE_NAMES",
    "CompanyForm",
    "EmailsForm",
    "InvoiceSettingsForm",
    "MemberForm",
    "NumberingForm",
    "RoleForm",
    "SettingsForm",
]
