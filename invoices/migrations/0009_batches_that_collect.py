"""Many invoices can be sent to collection at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0008_batches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoicebatch",
            name="action",
            field=models.CharField(
                choices=[
                    ("finalize", "Finalize"),
                    ("pay", "Mark as paid"),
                    ("collect", "Send to collection"),
                    ("email", "Send by e-mail"),
                    ("void", "Void"),
                ],
                max_length=10,
            ),
        ),
    ]
