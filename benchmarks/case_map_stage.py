"""Builds the node that `case_map` measures, in the state folder of this process: open cases around a city, and an account."""

from __future__ import annotations

import csv
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from random import Random

import django
from django.core.management import call_command

PACK = Path(__file__).resolve().parents[1] / "packs" / "urban_management"


def main() -> None:
    """Take the cases in through the live rules, as a history that stops halfway."""
    django.setup()
    from cityhall.app.installing import prepare
    from cityhall.cases.actions import import_history, install_type
    from cityhall.cases.queries import waiting
    from cityhall.identity.actions import register_person
    from cityhall.kernel.actor import system_actor

    many, password = int(sys.argv[1]), sys.argv[2]
    builder = system_actor("benchmark")
    prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    install_type(builder, PACK / "cases" / "urban_case.yaml")
    register_person(builder, "mapper", password, [("operator", "")])
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "open.csv"
        _write(source, many)
        report = import_history(builder, PACK / "imports" / "steps.yaml", source)
    print(f"{report.taken:,} taken, {waiting(builder)[0]:,} open", flush=True)


def _write(path: Path, many: int) -> None:
    """Reported in the last days, each as far as chance took it."""
    from cityhall.app.demo_cases import COLUMNS, STEPS
    from cityhall.kernel import clock

    chance = Random(30428)
    unsettled = STEPS[:-1]
    today = clock.now().astimezone(clock.CITY_ZONE).replace(tzinfo=None, microsecond=0)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for number in range(many):
            at = today - timedelta(hours=96 * (1 - number / many) + 1)
            done = {
                step: (at + timedelta(minutes=7 * place)).isoformat(sep=" ")
                for place, step in enumerate(unsettled[: chance.randint(1, len(unsettled))])
            }
            writer.writerow(
                {
                    "case_no": f"M{number:06d}", "class": chance.choice(("0117", "1101", "1301", "1302", "1601")),
                    "cell": f"330302{chance.randint(1, 9):03d}{chance.randint(1, 9):03d}{chance.randint(1, 30):02d}",
                    "lon": round(chance.gauss(120.68, 0.06), 5), "lat": round(chance.gauss(28.0, 0.05), 5),
                    "unit": "housing", "inspector": "i", "acceptor": "a", "dispatcher": "d", "handler": "h", "checker": "c",
                    **done,
                }
            )  # fmt: skip


if __name__ == "__main__":
    main()
