from django.db import migrations, models


def as_they_are(_apps, schema_editor):
    """PostgreSQL would press the long values, and take its time at every reading."""
    if schema_editor.connection.vendor == "postgresql":
        for column in ("ids", "places"):
            schema_editor.execute(f"ALTER TABLE opening_searchposting ALTER COLUMN {column} SET STORAGE EXTERNAL")


class Migration(migrations.Migration):

    dependencies = [
        ('opening', '0007_request_of_case'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchPosting',
            fields=[
                ('key', models.BinaryField(primary_key=True, serialize=False)),
                ('ids', models.BinaryField()),
                ('places', models.BinaryField()),
            ],
        ),
        migrations.AddField(
            model_name='searchstate',
            name='posted',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(as_they_are, migrations.RunPython.noop),
    ]
