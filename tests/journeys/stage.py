"""Builds the invented city in the state folder of this process and prints its ids; run as a program."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

BENCHES = "长椅编号,安装日期\n" + "".join(
    f"B{n},{'2021-05-01' if n < 6 else '2021-13-45'}\n" for n in range(10)
)

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    django.setup()

    from tests.rules.test_routes import ids_of
    from tests.web.city import OPEN, build

    from cityhall.app.installing import prepare
    from cityhall.collection.actions import Overrides, publish_file
    from cityhall.opening.actions import request_export, write_export

    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        city = build(Path(folder))
        path = Path(folder) / "benches.csv"
        path.write_text(BENCHES, encoding="utf-8")
        items = {"长椅编号": dict(OPEN), "安装日期": {**OPEN, "type": "date"}}
        wanted = Overrides(agency=city.agency, code="benches", draft=True, key=("长椅编号",), items=items)
        benches = publish_file(city.actors["owner"], path, wanted).tables[0].dataset_id
        finished = request_export(city.actors["operator"], city.parks, "xlsx").id
        write_export(finished)
    made = {"token": city.keys["owner"], "benches": benches, "file": finished}
    print(json.dumps(ids_of(city) | made))
