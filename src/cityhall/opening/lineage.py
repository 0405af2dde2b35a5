"""Where a version comes from, as far as whoever asks may know: delivery, rules, what it was compared with, what it builds on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cityhall.catalog.queries import Dataset, datasets_by_id
from cityhall.cleaning.errors import ReportUnknown
from cityhall.cleaning.queries import report_of_version
from cityhall.collection.errors import RunUnknown
from cityhall.collection.queries import RunInfo, run, source
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening.deciding import dataset_for, decide
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.versions import VersionSeen, seen_version
from cityhall.warehouse import queries as warehouse


@dataclass(frozen=True, slots=True)
class ComparedWith:
    """A version of another dataset in which values were looked up."""

    dataset_id: str
    title: Text
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A version and its origin. `source` is the kind of source (`correction` when its rows were corrected here, empty when
    nothing was delivered), `came` when and `bytes` how much; `base` is the version whose rows it holds too; `rules` the
    version of the agreed rules it was checked by; `compared` what its values were looked up in. `sha256` of the
    bytes as they came is told only to those who may see all of them: a hash of few unknown values gives them away. `run_id`
    and `source_name` are the owner's."""

    dataset: Dataset
    version: VersionSeen
    latest: int
    source: str
    source_name: str
    came: datetime | None
    bytes: int
    sha256: tuple[str, ...]
    base: int | None
    rules: int | None
    compared: tuple[ComparedWith, ...]
    run_id: str


def lineage(actor: Actor, dataset_id: str, number: int) -> Lineage:
    """The origin of a version. Errors: `DatasetHidden`, `VersionMissing`."""
    found, decision = dataset_for(actor, dataset_id, "page")
    version = warehouse.version(found.id, number)
    latest = warehouse.version(found.id).number
    made, owner = _run(version.run_id), decision.viewpoint == "owner"
    own = source(made.source_id) if made and made.source_id else None
    return Lineage(
        dataset=found,
        version=seen_version(version),
        latest=latest,
        source=""
        if made is None
        else "correction"
        if made.kind == "correction"
        else own.kind
        if own
        else "file",
        source_name=own.name if own and owner else "",
        came=made.created if made else None,
        bytes=made.bytes if made else 0,
        sha256=version.landed_sha256s if decision.complete else (),
        base=number - 1 if version.mode != "replace" and number > 1 else None,
        rules=_rules(found.id, number),
        compared=tuple(_compared(actor, version)),
        run_id=version.run_id if owner else "",
    )


def _run(run_id: str) -> RunInfo | None:
    try:
        return run(run_id) if run_id else None
    except RunUnknown:
        return None


def _rules(dataset_id: str, number: int) -> int | None:
    try:
        return report_of_version(dataset_id, number).rules_version or None
    except ReportUnknown:
        return None


def _compared(actor: Actor, version: warehouse.Version) -> list[ComparedWith]:
    """Those that the actor may know of."""
    known = datasets_by_id(one["dataset"] for one in version.inputs)
    told = []
    for one in version.inputs:
        other = known.get(one["dataset"])
        try:
            if other and decide(actor, other, "page"):
                told.append(ComparedWith(other.id, other.title, one["version"]))
        except DatasetHidden:
            continue
    return told
