"""Builds the invented city in the state folder of this process and prints its ids and keys; run as a program."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import django

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    django.setup()
    from tests.web.city import build

    from cityhall.app.installing import prepare

    prepare()
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder))
    print(json.dumps({"parks": made.parks, "draft": made.draft, "agency": made.agency, **made.keys}))
