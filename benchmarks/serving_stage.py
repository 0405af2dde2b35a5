"""Builds the node that `serving` measures, in the state folder of this process: a small city and the permits."""

from __future__ import annotations

import sys
from pathlib import Path

import django
import duckdb
from django.core.management import call_command


def main() -> None:
    """Publish the invented parks and the permits of `permits.parquet`."""
    django.setup()
    from tests.web.city import OPEN, build

    from cityhall.app.installing import prepare
    from cityhall.catalog.actions import publish
    from cityhall.catalog.queries import dataset
    from cityhall.collection.actions import Overrides, publish_file

    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    folder = Path(sys.argv[1])
    city = build(folder)
    path = folder / "permits.csv"
    duckdb.sql(f"COPY (SELECT * EXCLUDE (_line) FROM '{folder}/permits.parquet') TO '{path}' (HEADER)")
    columns = ("permit", "holder", "division", "street", "trade", "state", "issued", "fee", "lon", "lat")
    items = {name: dict(OPEN) for name in columns}
    items["issued"]["type"], items["fee"]["type"] = "date", "decimal"
    wanted = Overrides(
        title={"zh": "经营许可", "en": "Permits"}, abstract={"zh": "虚构的许可。", "en": "Invented permits."},
        agency=city.agency, code="permits", field_code="commerce", update_cycle="daily", licence="CC-BY-4.0",
        items=items, key=("permit",),
    )  # fmt: skip
    made = publish_file(city.actors["owner"], path, wanted).tables[0].dataset_id
    if dataset(made).state != "published":
        publish(city.actors["owner"], made)


if __name__ == "__main__":
    main()
