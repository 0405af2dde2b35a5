"""What is kept of tracking codes is put under the site's secret; the codes themselves stay as they are."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.crypto import salted_hmac

ROWS = 2000


def put_under_the_secret(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Digests of the code alone (SHA-256) become keyed digests of themselves."""
    reporters = apps.get_model("cases", "Reporter").objects.using(schema_editor.connection.alias)
    last = 0
    while rows := list(reporters.filter(case_id__gt=last).order_by("case_id").only("case_id", "code")[:ROWS]):
        for row in rows:
            row.code = row.code and salted_hmac("cityhall.cases.code", row.code, algorithm="sha256").hexdigest()
        reporters.bulk_update(rows, ["code"], batch_size=200)
        last = rows[-1].case_id


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_patrol_months")]

    operations = [migrations.RunPython(put_under_the_secret)]
