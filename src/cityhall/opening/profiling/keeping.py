"""Profiles are computed once and kept: at once for a small version, by a job for a large one."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from cityhall.catalog.queries import Dataset, dataset
from cityhall.kernel import clock, jobs
from cityhall.opening import models
from cityhall.opening.profiling.counting import divisions_in
from cityhall.opening.profiling.places import marks_of, placed_rows, where_of
from cityhall.opening.rules import Decision
from cityhall.places.queries import division
from cityhall.warehouse.queries import Version, describe, placed, version

AT_ONCE: Final = 1_000_000  # cells; more is left to a job
FORM: Final = 2
"""Counted up when profiles are computed in another way, so that the old ones are not used."""
PATIENCE: Final = timedelta(minutes=15)
"""After this long without an answer the job is asked for again: its worker died."""


def address_of(kind: str, dataset_id: str, number: int, decision: Decision) -> str:
    """SHA-256 that is equal for equal views of a version."""
    return hashlib.sha256(f"{kind} {FORM}\n{dataset_id}\n{number}\n{decision.digest()}".encode()).hexdigest()


def body_of(kind: str, dataset_id: str, number: int, decision: Decision) -> dict[str, Any] | None:
    """What was computed; None while it was not."""
    row = models.Profile.objects.filter(address=address_of(kind, dataset_id, number, decision)).first()
    return row.body if row else None


def ask(found: Dataset, decision: Decision, stored: Version) -> None:
    """See to it that the profile of this view comes: now when it is quick, else by a job."""
    addresses = {kind: address_of(kind, found.id, stored.number, decision) for kind in ("items", "places")}
    asked = {row.address: row for row in models.Profile.objects.filter(address__in=addresses.values())}
    if all(
        address in asked
        and (asked[address].body is not None or clock.now() - asked[address].asked < PATIENCE)
        for address in addresses.values()
    ):
        return
    clear = list(decision.clear)
    for kind, address in addresses.items():
        facts = {"kind": kind, "dataset_id": found.id, "version": stored.number, "items": clear}
        models.Profile.objects.update_or_create(address=address, defaults={**facts, "asked": clock.now()})
    if stored.rows * max(len(clear), 1) <= AT_ONCE:
        write_profile(addresses["items"], addresses["places"])
    else:
        jobs.enqueue("opening.write_profile", items=addresses["items"], places=addresses["places"])


def write_profile(items: str, places: str) -> None:
    """Compute both parts of a profile that was asked for, and forget those of earlier versions."""
    row = models.Profile.objects.filter(address=items).first()
    if row is None:
        return
    found, stored = dataset(row.dataset_id), version(row.dataset_id, row.version)
    facts = [asdict(one) for one in describe(stored, row.items)]
    _name_divisions(found, facts)
    divisions = divisions_in(found, stored, row.items)
    for one in facts:
        if one["name"] in divisions:
            one["divisions"] = divisions[one["name"]]
    told, small = _places(found, stored, row.items)
    models.Profile.objects.filter(address=items).update(
        body={"rows": stored.rows, "items": facts, "map": small}
    )
    models.Profile.objects.filter(address=places).update(body=told)
    models.Profile.objects.filter(dataset_id=row.dataset_id, version__lt=row.version - 1).delete()


def _name_divisions(found: Dataset, facts: list[dict[str, Any]]) -> None:
    """Beside the codes of divisions, what they are called."""
    coded = {item.name for item in found.items if item.element == "cn_division_code"}
    for one in facts:
        if one["name"] in coded:
            known = {code: division(code) for code, _ in one["top"]}
            one["names"] = {code: place.name for code, place in known.items() if place}


def _places(
    found: Dataset, stored: Version, clear: list[str]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The places for the large map, and the small map (None without any)."""
    where = where_of(found, clear)
    if where is None:
        return {}, None
    rows = placed(stored, where.items, where.labels)
    points, shapes = placed_rows(where, rows)
    told = {
        "labels": list(where.labels),
        "rows": points,
        "shapes": shapes,
        "total": rows.total,
        "system": where.system,
    }
    small = {**marks_of(points, shapes), "total": rows.total, "system": where.system}
    return told, small if small["marks"] else None
