"""The verb behind `import_shapes`: all files together, all of them or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from cityhall.kernel import clock
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.places.coordinates import System
from cityhall.places.errors import ShapesRefused, ShapesUnknown
from cityhall.places.grid.checking import Finding
from cityhall.places.models import ShapeBatch
from cityhall.places.shapes.drawn import ShapeFile
from cityhall.places.shapes.keeping import keep
from cityhall.places.shapes.reading import read_file
from cityhall.places.shapes.simplifying import simplified
from cityhall.places.shapes.taking import take

_TOLD: Final = 8


@dataclass(frozen=True, slots=True)
class FileTaken:
    """A file of an import: the system its coordinates are in, and how that is known (given, named, recognised, assumed)."""

    name: str
    sha256: str
    system: System
    known_by: str
    features: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapesReport:
    """What an import did; `unknown` are features that belong to no known division, as (file, place, what it is called)."""

    batch: str
    files: tuple[FileTaken, ...]
    read: int
    added: int
    changed: int
    same: int
    mended: int
    unknown: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HowToRead:
    """What the files do not say themselves: the system, the properties that hold codes and names; empty is found out."""

    system: System | None = None
    code: str = ""
    name: str = ""


def bring_in(paths: Sequence[Path], how: HowToRead, source: str, since: date | None) -> ShapesReport:
    """Read, judge, simplify and keep. Raises ShapesUnreadable, ShapesTooBig, ShapesRefused, ShapesUnknown."""
    files = tuple(read_file(path, how.system) for path in paths)
    taken, wrong = take(files, how.code, how.name)
    names = ", ".join(file.name for file in files[:_TOLD])
    if wrong:
        raise ShapesRefused(source=names, count=len(wrong), problems=told(wrong))
    if not taken.outlines:
        found = ", ".join(said for _, _, said in taken.unknown[:_TOLD])
        raise ShapesUnknown(source=names, found=found)
    batch = new_id("shp")
    kept = keep(simplified(taken.outlines), since, batch, source)
    counts = {"read": sum(len(file.features) for file in files), "added": kept.added, "changed": kept.changed,
              "same": kept.same, "mended": taken.mended}  # fmt: skip
    ShapeBatch.objects.create(
        id=batch,
        source=(source or names)[:200],
        at=clock.now(),
        files=[_facts(file) for file in files],
        counts=counts,
    )
    told_files = tuple(FileTaken(**_facts(file)) for file in files)
    return ShapesReport(batch=batch, files=told_files, unknown=tuple(taken.unknown), **counts)


def _facts(file: ShapeFile) -> dict[str, Any]:
    return {"name": file.name, "sha256": file.digest, "system": file.system, "known_by": file.known_by,
            "features": len(file.features)}  # fmt: skip


def told(wrong: Sequence[Finding]) -> Text:
    """The first few findings, in words."""
    first = wrong[:_TOLD]
    return Text(
        en="; ".join(f"{one.place} {one.area}: {one.message.en}" for one in first),
        zh="；".join(f"{one.place} {one.area}：{one.message.zh}" for one in first),
    )
