"""The default fields of data, so that a fresh node can catalogue at once."""

from django.db import migrations

from cityhall.catalog.terms import FOLDER, read_rows


def add_fields(apps, schema_editor):
    Field = apps.get_model("catalog", "Field")
    Field.objects.bulk_create(
        [
            Field(code=row["code"], title={"en": row["en"], "zh": row["zh"]}, position=position)
            for position, row in enumerate(read_rows(FOLDER / "fields.yaml"))
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(add_fields, migrations.RunPython.noop)]
