"""Builds the invented city in the state folder of this process and prints its ids; run as a program."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    django.setup()

    from tests.rules.test_routes import ids_of
    from tests.web.city import build

    from cityhall.app.installing import prepare

    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        city = build(Path(folder))
    print(json.dumps(ids_of(city) | {"token": city.keys["owner"]}))
