"""Reads of the catalogue. They answer frozen shapes; who may see which entry is decided by the caller."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cityhall.catalog import checking, comparing, finding, models, overlapping, scoring, storing
from cityhall.catalog.comparing import Difference
from cityhall.catalog.errors import RevisionUnknown
from cityhall.catalog.exchange.gathering import write_catalogue
from cityhall.catalog.exchange.importing import weigh_catalogue
from cityhall.catalog.exchange.report import ImportReport, RowReport
from cityhall.catalog.finding import Filter, Page
from cityhall.catalog.outlining import Outline, outlines
from cityhall.catalog.overlapping import Collected, Overlap
from cityhall.catalog.plain import rule_from
from cityhall.catalog.recent import ChangeSeen, recent_changes
from cityhall.catalog.remembering import dataset_now, revisions_now
from cityhall.catalog.rule_forms import NEEDS, OPERATORS, rule_usable
from cityhall.catalog.scoring import Mqa, Served
from cityhall.catalog.selecting import (
    Compare,
    Every,
    Not,
    Order,
    Selection,
    Some,
    Subject,
    Tallied,
    Where,
    codes,
    select,
    tally,
)
from cityhall.catalog.shapes import (
    CheckRule,
    Contact,
    Dataset,
    DatasetDraft,
    Field,
    Function,
    Item,
    ItemType,
    Opening,
    RuleKind,
    Sharing,
    Spatial,
    System,
    Temporal,
)
from cityhall.catalog.terms import Term, terms
from cityhall.kernel.errors import CityhallError

__all__ = [
    "NEEDS",
    "OPERATORS",
    "ChangeSeen",
    "CheckRule",
    "Compare",
    "Contact",
    "Dataset",
    "DatasetDraft",
    "Difference",
    "Every",
    "Field",
    "Filter",
    "Function",
    "ImportReport",
    "Item",
    "ItemType",
    "Mqa",
    "Not",
    "Opening",
    "Order",
    "Outline",
    "Overlap",
    "Page",
    "RevisionInfo",
    "RowReport",
    "RuleKind",
    "Selection",
    "Served",
    "Sharing",
    "Some",
    "Spatial",
    "Subject",
    "System",
    "Tallied",
    "Temporal",
    "Term",
    "Where",
    "codes",
    "cycles",
    "dataset",
    "datasets",
    "datasets_by_id",
    "diff",
    "export_catalogue",
    "fields",
    "functions",
    "licences",
    "metadata_quality",
    "outlines",
    "overlaps",
    "problems",
    "recent_changes",
    "revisions",
    "revisions_now",
    "rule_from",
    "rule_usable",
    "rules_agreed",
    "select",
    "snapshot",
    "systems",
    "tally",
    "weigh_catalogue",
]


EVERYTHING = Filter()
UNSERVED = Served()


def dataset(id_or_code: str) -> Dataset:
    """The dataset with this id or code, with its items and the rules in force; raises DatasetUnknown."""
    return dataset_now(id_or_code)


def datasets(wanted: Filter = EVERYTHING, after: str = "", limit: int = 50) -> Page:
    """A page of the datasets wanted, in the order of their codes, after the code `after`; at most 200."""
    return finding.page(wanted, after, limit)


def datasets_by_id(ids: Iterable[str]) -> dict[str, Dataset]:
    """The datasets with these ids, by id; unknown ids are left out."""
    rows = models.Dataset.objects.filter(id__in=list(ids)).prefetch_related("items")
    return {row.id: storing.dataset_shape(row) for row in rows}


@dataclass(frozen=True, slots=True)
class RevisionInfo:
    """One change of an entry: who, when, by which verb, why; `sha256` of the canonical JSON of the whole
    entry after it, which the ledger holds too."""

    number: int
    verb: str
    actor_id: str
    at: datetime
    why: str
    sha256: str


def revisions(dataset_id: str) -> tuple[RevisionInfo, ...]:
    """A dataset's history, the newest first."""
    rows = models.Revision.objects.filter(dataset_id=dataset_id).order_by("-number").defer("snapshot")
    return tuple(RevisionInfo(row.number, row.verb, row.actor, row.at, row.why, row.sha256) for row in rows)


def snapshot(dataset_id: str, number: int) -> dict[str, Any]:
    """The whole entry as plain values after the revision `number`; raises RevisionUnknown."""
    row = models.Revision.objects.filter(dataset_id=dataset_id, number=number).first()
    if row is None:
        raise RevisionUnknown(dataset=dataset_id, revision=number)
    body: dict[str, Any] = row.snapshot
    return body


def diff(dataset_id: str, a: int, b: int) -> tuple[Difference, ...]:
    """What changed from revision `a` to revision `b`, in words of both languages."""
    return comparing.differences(snapshot(dataset_id, a), snapshot(dataset_id, b))


def rules_agreed(dataset_id: str, version: int) -> tuple[CheckRule, ...]:
    """The rules of a dataset as agreed in that version; raises RevisionUnknown."""
    row = models.RuleAgreement.objects.filter(dataset_id=dataset_id, version=version).first()
    if row is None:
        raise RevisionUnknown(dataset=dataset_id, revision=version)
    return storing.rule_shapes(row.rules)


def overlaps(draft: DatasetDraft) -> tuple[Overlap, ...]:
    """Do not collect twice: the datasets (not withdrawn) that already collect a good part of this draft or
    dataset about the same subject, the greatest share first, each with the reason."""
    elements = {item.element for item in draft.items} & overlapping.identifying()
    own_id = draft.id if isinstance(draft, Dataset) else ""
    same_subject = models.DatasetItem.objects.filter(element__in=elements).values("dataset_id")
    others = models.Dataset.objects.filter(id__in=same_subject).exclude(id=own_id).exclude(state="withdrawn")
    items = tuple((item.name, item.element or "") for item in draft.items)
    titles = {item.name: item.title for item in draft.items}
    own = Collected(own_id, draft.code, draft.title, draft.agency_id, items, draft.key, titles)
    return overlapping.overlaps(own, storing.collected(others))


def metadata_quality(subject: Dataset | str, served: Served = UNSERVED) -> Mqa:
    """The dataset's MQA points of 405, per indicator, with what would raise each; `served` is what the
    caller knows about addresses and files. Who has read the entry gives that instead of its id or code."""
    found = dataset(subject) if isinstance(subject, str) else subject
    return scoring.score(scoring.facts_of(found, served))


def export_catalogue(path: Path) -> Path:
    """Write the whole catalogue to `path`, as YAML or XLSX by its ending; answers the path. The same file
    imported again changes nothing. Raises CellTooLong (XLSX), CatalogueUnreadable for another ending."""
    write_catalogue(path)
    return path


def problems(draft: DatasetDraft, state: str = "draft") -> tuple[CityhallError, ...]:
    """Everything that keeps the draft from being in the given state; empty when it may be."""
    return checking.draft_problems(draft, state, checking.known())


def fields() -> tuple[Field, ...]:
    """The fields of data, in their order."""
    return tuple(storing.field_shape(row) for row in models.Field.objects.order_by("position", "code"))


def functions(agency_id: str = "") -> tuple[Function, ...]:
    """The functions of one agency, or of all, by code."""
    rows = models.Function.objects.filter(**_of(agency_id)).order_by("code")
    return tuple(storing.function_shape(row) for row in rows)


def systems(agency_id: str = "") -> tuple[System, ...]:
    """The information systems of one agency, or of all, by code."""
    rows = models.System.objects.filter(**_of(agency_id)).order_by("code")
    return tuple(storing.system_shape(row) for row in rows)


def _of(agency_id: str) -> dict[str, str]:
    return {"agency_id": agency_id} if agency_id else {}


def licences() -> tuple[Term, ...]:
    """The licences that a dataset may carry."""
    return tuple(terms("licences").values())


def cycles() -> tuple[Term, ...]:
    """The update cycles that a dataset may have."""
    return tuple(terms("cycles").values())
