from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0003_shapes")]

    operations = [
        migrations.AddField("division", "english", models.CharField(max_length=100, blank=True, default="")),
    ]
