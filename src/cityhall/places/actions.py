"""Verbs of places: load divisions, import and make the grid, import shapes of divisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

import shapely

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.ledger.actions import action, record
from cityhall.places.errors import GridRefused, LoadNotAllowed
from cityhall.places.grid.areas import Drawn, Kind
from cityhall.places.grid.checking import HOLE, findings
from cityhall.places.grid.keeping import Counts, merge
from cityhall.places.grid.making import make_cells
from cityhall.places.grid.reading import read_areas
from cityhall.places.grid.stored import boundary_on, shapes_on
from cityhall.places.merging import Merge
from cityhall.places.models import Division, GridBatch, Load
from cityhall.places.reading import BUNDLED, read
from cityhall.places.shapes.importing import HowToRead, ShapesReport, bring_in, told

__all__ = [
    "BUNDLED",
    "GridReport",
    "HowToRead",
    "LoadReport",
    "ShapesReport",
    "generate_grid",
    "import_grid",
    "import_shapes",
    "load_divisions",
]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: lines read, periods added, names changed, divisions ended."""

    read: int
    added: int
    renamed: int
    closed: int


@action("places.load")
def load_divisions(actor: Actor, source: str | Path = BUNDLED, as_of: date | None = None) -> LoadReport:
    """Load a list of divisions: `bundled` (provinces to counties since 1980) or a CSV or JSON file (see `reading`).

    Without `as_of`, codes are added and names corrected. With it, the list is taken as complete on that day for its
    levels and provinces: a new name begins then, and what the list does not name ends then. All or nothing; twice is
    like once. Raises SourceUnreadable, SourceShapeUnknown, DivisionCodeWrong.
    """
    _may_load(actor)
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


@dataclass(frozen=True, slots=True)
class GridReport:
    """What a batch did to the grid: areas read, added, given another outline or name, ended; `batch` is the version now."""

    batch: str
    kind: str
    read: int
    added: int
    changed: int
    closed: int


@action("places.import_grid")
def import_grid(
    actor: Actor, path: Path, kind: Kind = "cell", *, since: date | None = None, holes: bool = False
) -> GridReport:
    """Import areas from a GeoJSON file (see `grid.reading`): unit cells, responsibility grids, or boundaries.

    The file is complete for the districts (first six digits) that it names: what it draws otherwise or leaves out there ends on
    `since` (today, unless said), and what is new begins then. All or nothing; twice is like once. With `holes`, places that no
    area covers are let pass. Raises GridUnreadable, GridRefused.
    """
    _may_load(actor)
    areas = read_areas(path)
    _refuse(path.name, kind, areas, holes=holes)
    return _keep(kind, areas, path.name, since)


@action("places.generate_grid")
def generate_grid(
    actor: Actor, path: Path, metres: float = 100.0, *, digits: int = 2, since: date | None = None
) -> GridReport:
    """Make unit cells of about `metres` by `metres` from the boundaries in a GeoJSON file whose codes are divisions (12 digits:
    communities), with serials of two digits (GB/T 30428.1) or three. Cells that were there keep their codes. Raises
    GridUnreadable, GridRefused, GridTooFine."""
    _may_load(actor)
    areas = read_areas(path)
    _refuse(path.name, "boundary", areas, holes=True)
    cells = make_cells(areas, metres, digits, shapes_on("cell", since or clock.today()))
    return _keep("cell", cells, path.name, since)


@action("places.import_shapes")
def import_shapes(
    actor: Actor,
    paths: Sequence[Path],
    how: HowToRead = HowToRead(),  # noqa: B008  (frozen)
    *,
    source: str = "",
    since: date | None = None,
) -> ShapesReport:
    """Import shapes of divisions from GeoJSON files (see `shapes.reading`), brought to WGS-84 and simplified for maps.
    Borders that files share stay shared when they are imported together. Without `since` an outline takes the place of the one
    before, with it the one before ends on that day. All or nothing; twice is like once. Raises ShapesUnreadable, ShapesTooBig,
    ShapesRefused, ShapesUnknown."""
    _may_load(actor)
    report = bring_in(paths, how, source, since)
    counts = {name: getattr(report, name) for name in ("read", "added", "changed", "same", "mended")}
    files = [asdict(one) for one in report.files]
    record(
        f"shapes:{report.batch}",
        source=source,
        files=files,
        unknown=len(report.unknown),
        since=str(since or ""),
        **counts,
    )
    return report


def _keep(kind: str, areas: list[Drawn], source: str, since: date | None) -> GridReport:
    counts: Counts = merge(kind, areas, since or clock.today())
    told = {"read": counts.read, "added": counts.added, "changed": counts.changed, "closed": counts.closed}
    row = GridBatch.objects.create(
        id=new_id("grd"), kind=kind, source=source[:200], at=clock.now(), counts=told
    )
    digest = sha256(b"".join(shapely.to_wkb(area.shape) for area in areas)).hexdigest()
    record(f"grid:{row.id}", kind=kind, source=source, digest=digest, since=str(since or ""), **told)
    return GridReport(row.id, kind, **told)


def _refuse(source: str, kind: Kind, areas: list[Drawn], *, holes: bool) -> None:
    boundary = boundary_on(clock.today()) if kind != "boundary" else None
    wrong = [one for one in findings(kind, areas, boundary) if not (holes and one.code == HOLE)]
    if wrong:
        raise GridRefused(source=source, count=len(wrong), problems=told(wrong))


def _may_load(actor: Actor) -> None:
    if not (actor.has_role("operator") and actor.within("places.load")):
        raise LoadNotAllowed()
