"""Addresses of an organization's settings and members."""

from django.urls import path

from organizations.views import members, settings

app_name = "organizations"
urlpatterns = [
    path("settings/", settings.organization, name="settings"),
    path("settings/edit/", settings.update, name="update"),
    path("settings/invoices/", settings.invoices, name="invoice_settings"),
    path("settings/numbering/", settings.numbering, name="numbering"),
    path("settings/emails/", settings.emails, name="emails"),
    path("settings/taxes/", settings.taxes, name="tax_settings"),
    *(
        path(f"settings/{name}/edit/", settings.update, {"section": name}, name=f"update_{name}")
        for name in ("invoices", "numbering", "emails")
    ),
    path("settings/members/", members.member_list, name="members"),
    path("settings/members/new/", members.admit, name="admit"),
    path("settings/members/<uuid:pk>/role/", members.change, name="change_role"),
    path("settings/members/<uuid:pk>/remove/", members.remove, name="remove_member"),
]
