from typing import Any

from django.db import migrations, models


class Widen(migrations.AlterField):
    """A longer text column: at once on PostgreSQL; SQLite looks at no length, so millions of rows are not written anew."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Change the column where a length means something."""
        if schema_editor.connection.vendor != "sqlite":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_open_due"),
    ]

    operations = [
        Widen(model_name="case", name="area", field=models.CharField(blank=True, max_length=80)),
        Widen(model_name="case", name="kind", field=models.CharField(blank=True, max_length=80)),
    ]
