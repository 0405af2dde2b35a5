"""The quality of a dataset as one actor may see it: figures for every item, values of cells only where the
decision shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cityhall.catalog.queries import Dataset, datasets_by_id
from cityhall.cleaning.errors import ReportUnknown
from cityhall.cleaning.queries import ReportInfo, compared, latest_report, report_of_version, trend
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.deciding import dataset_for, viewpoint_of
from cityhall.opening.rules import Decision

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of problem: how many rows, in plain words. Examples are for the owner only: a cell that broke
    its rule may hold anything, also what belongs into a hidden item."""

    code: str
    rows: int
    says: Text
    remedy: Text
    severity: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnQuality:
    """One item; shares of 1, None where there is nothing to judge. `shown`: whether its values may be seen."""

    name: str
    title: Text
    element: str
    shown: bool
    filled: float | None
    valid: float | None
    unique: float | None
    distinct: int | None
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """A report: `score` and `dimensions` (name, share) of 1; rows read = clean + quarantined + duplicates."""

    version: int | None
    created: datetime
    score: float | None
    dimensions: tuple[tuple[str, float | None], ...]
    read: int
    clean: int
    quarantined: int
    duplicates: int
    columns: tuple[ColumnQuality, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Another dataset of the agency beside this one."""

    dataset_id: str
    title: Text
    score: float | None
    quarantined: int


def quality(actor: Actor, subject: Dataset | str, version: int | None = None) -> Quality | None:
    """The report of a version (default: the latest); None when there is none. Errors: `DatasetHidden`."""
    found, decision = dataset_for(actor, subject, "statistics")
    try:
        report = latest_report(found.id) if version is None else report_of_version(found.id, version)
    except ReportUnknown:
        return None
    return _told(report, found, decision) if report else None


def quality_trend(actor: Actor, dataset_id: str) -> tuple[tuple[str, float | None], ...]:
    """(version, score) over the last versions, oldest first. Errors: `DatasetHidden`."""
    found, _ = dataset_for(actor, dataset_id, "statistics")
    return tuple((f"v{one.version}", _share(one.score)) for one in trend(found.id, 24))


def quality_compared(actor: Actor, dataset_id: str) -> tuple[Compared, ...]:
    """The agency's other datasets that the actor may know of, worst score first. Errors: `DatasetHidden`."""
    found, _ = dataset_for(actor, dataset_id, "statistics")
    others = [one for one in compared(found.agency_id) if one.dataset_id != found.id]
    known = datasets_by_id(one.dataset_id for one in others)
    own = viewpoint_of(actor, found.agency_id) == "owner"
    return tuple(
        Compared(one.dataset_id, known[one.dataset_id].title, _share(one.score), one.quarantined)
        for one in others
        if one.dataset_id in known and (own or known[one.dataset_id].state == "published")
    )[:12]


def _told(report: ReportInfo, found: Dataset, decision: Decision) -> Quality:
    return Quality(
        version=report.version,
        created=report.created,
        score=_share(report.score),
        dimensions=tuple((name, _share(value)) for name, value in report.scores.items()),
        read=report.read,
        clean=report.clean,
        quarantined=report.quarantined,
        duplicates=report.duplicates,
        columns=tuple(_column(one, report.read, found, decision) for one in report.body.get("columns", ())),
    )


def _column(body: Mapping[str, Any], read: int, found: Dataset, decision: Decision) -> ColumnQuality:
    name = body["item"]
    item = next((one for one in found.items if one.name == name), None)
    shown = name in decision.clear
    return ColumnQuality(
        name=name,
        title=item.title if item else Text(en=name, zh=name),
        element=body.get("element") or "",
        shown=shown,
        filled=body["filled"] / read if read else None,
        valid=_share(body.get("validity")),
        unique=_share(body.get("uniqueness")),
        distinct=body.get("distinct") if shown else None,
        faults=tuple(_fault(one, shown=decision.viewpoint == "owner") for one in body.get("reasons", ())),
    )


def _fault(body: Mapping[str, Any], *, shown: bool) -> Fault:
    return Fault(
        code=body["code"],
        rows=body["rows"],
        says=Text.from_dict(body["says"]),
        remedy=Text.from_dict(body["remedy"]),
        severity=body["severity"],
        examples=tuple(_example(one) for one in body["examples"][:EXAMPLES]) if shown else (),
    )


def _example(body: Any) -> str:
    """An example is a value, or a mapping with the line and the value."""
    return str(body.get("value", "")) if isinstance(body, Mapping) else str(body)


def _share(score: float | None) -> float | None:
    return None if score is None else round(score / 100, 4)
