"""Importing a catalogue file: all of it or nothing, as one action."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cityhall.catalog import models, storing
from cityhall.catalog.errors import CatalogueUnreadable, ImportRefused
from cityhall.catalog.events import CatalogueImported
from cityhall.catalog.exchange import xlsx_file, yaml_file
from cityhall.catalog.exchange.entries import Entry
from cityhall.catalog.exchange.present import PORTION, present
from cityhall.catalog.exchange.report import ImportReport
from cityhall.catalog.exchange.weighing import DatasetChange, Listed, Plan, weighed
from cityhall.catalog.storing import Change
from cityhall.identity.errors import RightMissing
from cityhall.identity.queries import scopes
from cityhall.kernel import clock, events
from cityhall.kernel.actor import Actor
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record

_ENDING = Text(en="its name ends neither in .yaml nor in .xlsx", zh="文件名不以 .yaml 或 .xlsx 结尾")
_CHANGED = Text(en="it changed while it was read", zh="读取过程中文件被修改")
_MISSING = Text(en="there is no such file", zh="没有这个文件")


@action("catalog.import_catalogue")
def import_catalogue(actor: Actor, path: Path, *, why: str = "") -> ImportReport:
    """Make the catalogue hold what the file says; entries that the file does not name stay as they are.

    All or nothing: when any entry cannot be used, ImportRefused carries the whole report (fact `report`) and
    nothing is changed. Agencies must be registered. Each new or changed dataset gets one revision, the import
    one ledger entry. Raises also CatalogueUnreadable, CatalogueTooLarge, RightMissing.
    """
    plan, report = _prepared(actor, path, lock=True)
    if report.refused:
        first = report.refused[0].problems[0]
        raise ImportRefused(
            refused=len(report.refused),
            rows=len(report.rows),
            place=report.refused[0].place,
            first=Text(en=first.say("en"), zh=first.say("zh")),
            report=report,
        )
    hashes = _write(plan, Change(actor.id, "import", clock.now(), why))
    counts = {outcome: report.count(outcome) for outcome in ("created", "changed", "unchanged")}
    record(
        "catalogue", file=path.name, file_sha256=report.sha256, revisions_root=merkle_root(hashes), **counts
    )
    events.emit(_told(plan))
    return report


def weigh_catalogue(actor: Actor, path: Path) -> ImportReport:
    """What importing the file would do, entry by entry; nothing is changed."""
    return _prepared(actor, path, lock=False)[1]


def _prepared(actor: Actor, path: Path, *, lock: bool) -> tuple[Plan, ImportReport]:
    if not scopes(actor, "catalog.import"):
        raise RightMissing(right="catalog.import")
    sha256 = _sha256(path)
    entries = _entries(path)
    if _sha256(path) != sha256:  # what was read is what the ledger will say was read
        raise CatalogueUnreadable(file=path.name, problem=_CHANGED)
    codes = (entry.code for entry in entries if entry.kind == "dataset")
    plan = weighed(actor, entries, present(codes, lock=lock))
    return plan, ImportReport(path.name, sha256, tuple(plan.rows))


def _sha256(path: Path) -> str:
    if not path.is_file():
        return ""  # reading it says what is wrong
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entries(path: Path) -> list[Entry]:
    if not path.is_file():
        raise CatalogueUnreadable(file=path.name, problem=_MISSING)
    match path.suffix.lower():
        case ".yaml" | ".yml":
            return list(yaml_file.read(path))
        case ".xlsx":
            return list(xlsx_file.read(path))
    raise CatalogueUnreadable(file=path.name, problem=_ENDING)


def _write(plan: Plan, change: Change) -> list[bytes]:
    """Write the plan in bulk; answers the SHA-256 of each new revision."""
    _write_listed(plan)
    ids = [one.before.id if one.before else new_id("dst") for one in plan.datasets]
    revisions = [
        storing.revision_row(id_, one.draft, one.state, _number(one), change)
        for id_, one in zip(ids, plan.datasets, strict=True)
    ]
    rows = [_dataset_row(id_, one, change) for id_, one in zip(ids, plan.datasets, strict=True)]
    columns = [column.name for column in models.Dataset._meta.fields if column.name not in ("id", "created")]
    models.Dataset.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )
    known = [one.before.id for one in plan.datasets if one.before]
    for start in range(0, len(known), PORTION):
        models.DatasetItem.objects.filter(dataset_id__in=known[start : start + PORTION]).delete()
    pairs = list(zip(rows, plan.datasets, strict=True))
    models.DatasetItem.objects.bulk_create(
        [item for row, one in pairs for item in storing.item_rows(row.id, one.draft.items)]
    )
    models.RuleAgreement.objects.bulk_create(
        [
            storing.agreement_row(row.id, one.draft.rules, row.rules_version, change)
            for row, one in pairs
            if _rules_differ(one)
        ]
    )
    models.Revision.objects.bulk_create(revisions)
    return [bytes.fromhex(row.sha256) for row in revisions]


def _write_listed(plan: Plan) -> None:
    start = models.Field.objects.count()
    old = dict(models.Field.objects.values_list("code", "position"))
    models.Field.objects.bulk_create(
        [
            models.Field(code=one.id, title=one.values["title"], position=old.get(one.id, start + place))
            for place, one in enumerate(plan.fields)
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "position"],
    )
    models.Function.objects.bulk_create(
        [_function_row(one) for one in plan.functions],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["agency", "title", "legal_basis"],
    )
    models.System.objects.bulk_create(
        [_system_row(one) for one in plan.systems],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["agency", "function", "title"],
    )


def _function_row(one: Listed) -> models.Function:
    return models.Function(
        id=one.id,
        code=one.values["code"],
        agency_id=one.owner,
        title=one.values["title"],
        legal_basis=one.values["legal_basis"],
    )


def _system_row(one: Listed) -> models.System:
    return models.System(
        id=one.id,
        code=one.values["code"],
        agency_id=one.owner,
        function_id=one.function_id or None,
        title=one.values["title"],
    )


def _dataset_row(dataset_id: str, one: DatasetChange, change: Change) -> models.Dataset:
    before = one.before
    published = (before.published if before else None) or one.published
    if one.state == "published":
        published = published or change.at
    return models.Dataset(
        id=dataset_id,
        code=one.draft.code,
        state=one.state,
        revision=_number(one),
        rules_version=(before.rules_version if before else 0) + int(_rules_differ(one)),
        created=before.created if before else change.at,
        modified=change.at,
        published=published,
        **storing.columns(one.draft),
    )


def _number(one: DatasetChange) -> int:
    return one.before.revision + 1 if one.before else 1


def _rules_differ(one: DatasetChange) -> bool:
    return one.draft.rules != (one.before.rules if one.before else ())


def _told(plan: Plan) -> CatalogueImported:
    return CatalogueImported(
        created=tuple(one.draft.code for one in plan.datasets if not one.before),
        changed=tuple(one.draft.code for one in plan.datasets if one.before),
    )


def merkle_root(leaves: list[bytes]) -> str:
    """The Merkle tree hash of RFC 6962, 2.1, over the leaves, in hexadecimal."""
    return _tree(leaves).hex()


def _tree(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + _tree(leaves[:split]) + _tree(leaves[split:])).digest()
