from django.db import migrations, models


class Migration(migrations.Migration):
    """Requests are cases; what is kept here is a projection of them."""

    dependencies = [
        ("opening", "0006_metering"),
    ]

    operations = [
        migrations.DeleteModel(name="Request"),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("number", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("dataset_id", models.CharField(blank=True, max_length=40)),
                ("agency_id", models.CharField(blank=True, max_length=80)),
                ("person_id", models.CharField(blank=True, max_length=80)),
                ("item", models.CharField(blank=True, max_length=300)),
                ("state", models.CharField(max_length=10)),
                ("created", models.DateTimeField()),
                ("due", models.DateTimeField(null=True)),
                ("late", models.BooleanField(default=False)),
                ("answered", models.DateTimeField(null=True)),
                ("settled", models.DateTimeField(null=True)),
                ("decision", models.JSONField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["agency_id", "state", "due"], name="opening_request_agency"),
                    models.Index(fields=["dataset_id", "kind", "state"], name="opening_request_dataset"),
                    models.Index(fields=["person_id", "created"], name="opening_request_person"),
                    models.Index(fields=["kind", "answered"], name="opening_request_decided"),
                ],
            },
        ),
    ]
