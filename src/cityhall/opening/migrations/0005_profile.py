from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("opening", "0004_searching"),
    ]

    operations = [
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("address", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("dataset_id", models.CharField(max_length=40)),
                ("version", models.IntegerField()),
                ("items", models.JSONField()),
                ("body", models.JSONField(null=True)),
                ("asked", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["dataset_id", "version"], name="opening_profile_dataset")],
            },
        ),
    ]
