"""Notices lie together by kind and day; those that are there stand alone."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def stand_alone(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Each notice of before is its own bundle."""
    apps.get_model("messaging", "Notice").objects.filter(bundle="").update(bundle=models.F("id"))


class Migration(migrations.Migration):
    dependencies = [("messaging", "0004_notice_outside")]

    operations = [
        migrations.AddField("notice", "bundle", models.CharField(blank=True, default="", max_length=100), False),
        migrations.AddField("notice", "many", models.JSONField(null=True)),
        migrations.RunPython(stand_alone, migrations.RunPython.noop),
        migrations.AddIndex(
            "notice", models.Index(fields=["person", "bundle"], name="messaging_notice_bundle")
        ),
    ]
