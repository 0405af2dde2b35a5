"""Verbs of places: load divisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record
from cityhall.places.errors import LoadNotAllowed
from cityhall.places.merging import Merge
from cityhall.places.models import Division, Load
from cityhall.places.reading import BUNDLED, read

__all__ = ["BUNDLED", "LoadReport", "load_divisions"]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: lines read, periods added, names changed, divisions ended."""

    read: int
    added: int
    renamed: int
    closed: int


@action("places.load")
def load_divisions(actor: Actor, source: str | Path = BUNDLED, as_of: date | None = None) -> LoadReport:
    """Load a list of divisions: `bundled` (provinces to counties since 1980) or a CSV or JSON file (see
    `reading`).

    Without `as_of`, codes are added and names corrected. With it, the list is taken as complete on that day
    for its levels and provinces: a new name begins then, and what the list does not name ends then. All or
    nothing;
    twice is like once. Raises SourceUnreadable, SourceShapeUnknown, DivisionCodeWrong.
    """
    if not (actor.has_role("operator") and actor.within("places.load")):
        raise LoadNotAllowed()
    above_villages = Division.objects.exclude(level="village").values_list("code", flat=True)
    levels = Division.objects.values_list("level", flat=True).distinct()
    merge = Merge(as_of, set(above_villages), set(levels))
    merge.take(read(source))
    merge.close_missing()
    report = LoadReport(merge.read, merge.added, merge.renamed, merge.closed)
    counts = {"read": report.read, "added": report.added, "renamed": report.renamed, "closed": report.closed}
    name = Path(source).name
    row = Load.objects.create(id=new_id("load"), source=name, at=clock.now(), counts=counts)
    record(f"divisions:{row.id}", source=name, as_of=str(as_of or ""), **counts)
    return report
