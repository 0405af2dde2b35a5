"""The default fields of data, so that a fresh node can catalogue at once."""

from django.db import migrations

from cityhall.catalog.terms import FOLDER, read_terms


def add_fields(apps, schema_editor):
    Field = apps.get_model("catalog", "Field")
    Field.objects.bulk_create(
        [
            Field(code=term.code, title=term.title.as_dict(), position=position)
            for position, term in enumerate(read_terms(FOLDER / "fields.yaml").values())
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(add_fields, migrations.RunPython.noop)]
