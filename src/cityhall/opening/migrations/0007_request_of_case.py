from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_INDEXES = ("opening_request_agency", "opening_request_dataset", "opening_request_person")


def set_aside(apps: Any, schema: BaseDatabaseSchemaEditor) -> None:
    """Requests filed so far wait in a table of their own until `requesting.earlier` makes cases of them."""
    model = apps.get_model("opening", "Request")
    if model.objects.using(schema.connection.alias).exists():
        schema.alter_db_table(model, "opening_request", "opening_request_earlier")
    else:
        schema.delete_model(model)


class Migration(migrations.Migration):
    """Requests are cases; what is kept here is a projection of them."""

    dependencies = [
        ("opening", "0006_metering"),
    ]

    operations = [
        *(migrations.RemoveIndex("request", name) for name in _INDEXES),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(set_aside)],
            state_operations=[migrations.DeleteModel("Request")],
        ),
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
        migrations.CreateModel(
            name="EarlierRequest",
            fields=[
                ("id", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=12)),
                ("dataset_id", models.CharField(max_length=40)),
                ("agency_id", models.CharField(max_length=40)),
                ("person_id", models.CharField(max_length=40)),
                ("item", models.CharField(max_length=300)),
                ("row", models.JSONField()),
                ("wrong", models.TextField()),
                ("right", models.TextField()),
                ("reason", models.TextField()),
                ("purpose", models.TextField()),
                ("state", models.CharField(max_length=10)),
                ("answer", models.TextField()),
                ("legal_basis", models.TextField()),
                ("run_id", models.CharField(max_length=40)),
                ("created", models.DateTimeField()),
                ("answered", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(max_length=40)),
                ("settled", models.DateTimeField(null=True)),
            ],
            options={"db_table": "opening_request_earlier", "managed": False},
        ),
    ]
