"""The demo city's work: the packs' types of case, and two years of invented history through the live rules."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cityhall.app.demo_calls import build_calls
from cityhall.app.demo_grid import build_grid, points_in_cells
from cityhall.cases.actions import import_history, install_type, name_unit
from cityhall.cases.queries import CaseType, batches, case_type, types
from cityhall.identity.queries import agencies
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.packing.queries import pack_folder, packs

BUILDER = system_actor("demo")
TYPE = "urban_case"
MANY = 20_000
DAYS = 730
# What people report most; every other class comes now and then.
USUAL = (
    "1101",
    "1102",
    "1109",
    "1301",
    "1302",
    "1303",
    "1307",
    "1401",
    "1403",
    "0117",
    "0210",
    "0304",
    "0401",
)
STEPS = ("reported", "accepted", "filed", "dispatched", "handled", "checked", "settled")
# As `imports/steps.yaml` of the pack reads them. The demo leaves `cell` empty: it follows from the place.
COLUMNS = (
    "case_no",
    "class",
    "cell",
    "lon",
    "lat",
    "unit",
    "inspector",
    "acceptor",
    "dispatcher",
    "handler",
    "checker",
    *STEPS,
)
RECENT = timedelta(days=60)
"""Of these a few are waiting for somebody; of older ones hardly any."""
# Hours that a case may stay in each state: the mean of an exponential, so that a known few are late.
PACE = {"accepted": 0.3, "filed": 0.3, "dispatched": 0.4, "handled": 3.0, "checked": 1.5, "settled": 0.5}


def build_cases(folder: Path, declared: list[Mapping[str, Any]]) -> None:
    """Install every pack's types, name the units, and take in the invented history once."""
    known = {one.name for one in types()}
    for path in sorted(path for pack in packs() for path in (pack / "cases").glob("*.yaml")):
        if path.stem not in known:
            install_type(BUILDER, path)
    ids = {one.uscc: one.id for one in agencies()}
    units = {one["code"]: ids[one["uscc"]] for one in declared}
    made = case_type(TYPE)
    for code in sorted(_unit_codes(made) & set(units)):
        name_unit(BUILDER, code, units[code])
    build_grid()
    if not batches(TYPE):
        source = folder / "urban_cases.csv"
        _write(source, made)
        import_history(BUILDER, pack_folder("urban_management") / "imports" / "steps.yaml", source)
    build_calls(folder, units)


def _unit_codes(made: CaseType) -> set[str]:
    return {str(row.values["unit"]) for rows in made.tables["classes"].rows.values() for row in rows}


def _write(path: Path, made: CaseType) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_cases(made, Random(30428)))  # noqa: S311  (a seeded, synthetic city)


def _cases(made: CaseType, chance: Random) -> Iterator[dict[str, Any]]:
    """A row per case in the order of reporting. Steps that would lie in the future have not happened."""
    today = clock.now().astimezone(clock.CITY_ZONE).replace(tzinfo=None, microsecond=0)
    table, places = made.tables["classes"], points_in_cells(chance)
    for number in range(MANY):
        reported = today - timedelta(days=DAYS) * (1 - (number + chance.random()) / MANY)
        code = chance.choice(USUAL if chance.random() < 0.7 else sorted(table.rows))
        lon, lat = next(places)
        row = table.row(code, reported.date().isoformat())
        yield {
            "case_no": f"YJ{number:07d}",
            "class": code,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
            "unit": row.values["unit"] if row else "",
            "inspector": f"inspector-{chance.randint(1, 60)}",
            "acceptor": f"acceptor-{chance.randint(1, 8)}",
            "dispatcher": f"dispatcher-{chance.randint(1, 4)}",
            "handler": f"handler-{chance.randint(1, 90)}",
            "checker": f"checker-{chance.randint(1, 40)}",
            **_moments(reported, today, chance),
        }


def _moments(reported: datetime, today: datetime, chance: Random) -> dict[str, str]:
    found, at = {"reported": reported.isoformat(sep=" ")}, reported
    forgotten = 0.012 if today - reported < RECENT else 0.0003
    for step, hours in PACE.items():
        at += timedelta(hours=0.05 + chance.expovariate(1 / hours))
        if at >= today or chance.random() < forgotten:
            break
        found[step] = at.replace(microsecond=0).isoformat(sep=" ")
    return found
