"""Publishes a dataset in the state folder of this process, then does to it what the lines on the standard input say: a
program, so that it is another process than those that serve.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import django

WELLS = "井号,深度,看守人\n" + "".join(f"甲井{number},{number * 3},秘{number}\n" for number in range(1, 9))

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    django.setup()

    from tests.web.city import OPEN

    from cityhall.catalog.actions import publish, update_dataset, withdraw
    from cityhall.catalog.queries import Opening, dataset
    from cityhall.collection.actions import Overrides, publish_file
    from cityhall.identity.queries import actor_for_person, people
    from cityhall.kernel.text import Text

    owner = actor_for_person(next(one.id for one in people() if one.username == "owner1"))
    agency = next(scope for role, scope in owner.roles if role == "steward")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wells.csv"
        path.write_text(WELLS, encoding="utf-8")
        items = {name: dict(OPEN) for name in ("井号", "深度", "看守人")}
        wanted = Overrides(
            agency=agency, code="wells", field_code="environment", licence="CC-BY-4.0", items=items
        )
        key = publish_file(owner, path, wanted).tables[0].dataset_id
    if dataset(key).state != "published":
        publish(owner, key)
    print("published", flush=True)
    for line in sys.stdin:
        found = dataset(key)
        if line.strip() == "hide":
            forbidden = Opening("forbidden", Text(en="names a person", zh="涉及个人"))
            kept = [replace(one, opening=forbidden) if one.name == "看守人" else one for one in found.items]
            revision = update_dataset(owner, key, {"items": kept}, found.revision)
        else:
            withdraw(owner, key, "tested")
        print("done", flush=True)
