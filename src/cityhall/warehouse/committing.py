"""Making a version: first the files, durable and hashed, outside the transaction; then the rows, inside it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Sum

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit
from cityhall.kernel.storing.choosing import storage
from cityhall.warehouse.datafiles import keep_file
from cityhall.warehouse.errors import CountsUnbalanced, FileMissing, UpsertWithoutKey, VersionConflict
from cityhall.warehouse.events import VersionCommitted
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.shapes import Column, Counts, Mode, Prepared, StoredFile, Version
from cityhall.warehouse.upserting import agreed, merge
from cityhall.warehouse.versions import columns_from, columns_json, version_from
from cityhall.warehouse.widening import as_text, rewritten, widened

Schema = Mapping[str, str] | Sequence[Mapping[str, Any]] | Sequence[Column] | None


def prepare(
    dataset_id: str, *, mode: Mode, files: Iterable[Path], key: Sequence[str] = (), schema: Schema = None
) -> Prepared:
    """Write, sync and hash everything the next version needs, outside any transaction (an upsert rewrites
    files: seconds).

    `files` are finished Parquet files (they may be removed afterwards, not changed); `schema` maps columns
    to the catalogue's types. What is prepared and never committed is swept up later.
    Errors: `UpsertWithoutKey`, `KeyRepeats`, `SchemaMismatch`, `DataFileUnusable`, `DiskFull`.
    """
    declared = declared_types(schema)
    base = _base(dataset_id)
    incoming = tuple(files)
    if mode == "upsert":
        if not key:
            raise UpsertWithoutKey()
        return merge(dataset_id, base.number, base.columns, incoming, tuple(key), declared)
    kept = tuple(keep_file(path, dataset_id, declared) for path in incoming)
    if mode == "append" and (names := widened(base.columns, declared)):
        return _appended_as_text(dataset_id, base, kept, names)
    columns = _appended(base, kept) if mode == "append" else _appended(_Base(), kept)
    superseded = () if mode == "append" else None
    rows = sum(file.rows for file in kept)
    return Prepared(dataset_id, mode, base.number, kept, superseded, columns, tuple(key), rows)


def commit_version(
    actor: Actor,
    dataset_id: str,
    *,
    mode: Mode,
    files: tuple[Path, ...] | Prepared,
    key: Sequence[str] = (),
    landed_sha256s: Sequence[str] = (),
    counts: Counts | None = None,
    schema: Schema = None,
    report_id: str = "",
    run_id: str = "",
    inputs: Sequence[Mapping[str, Any]] = (),
    expected_version: int | None = None,
) -> Version:
    """Add the next version of a dataset, inside the caller's transaction (the caller's action records the ledger
    entry).

    Files are given as paths, or as the result of `prepare`, which is better when there is much to write. `replace`
    starts a new list of files, `append` adds to the old one, `upsert` replaces rows of equal key and adds the others.
    `counts` are those of the load; clean rows must be the rows of the files. `inputs` is the lineage: what the
    version was computed from. Errors: `VersionConflict` when another version came first or `expected_version` is not
    the latest; `CountsUnbalanced`; those of `prepare`.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("commit_version belongs inside the caller's transaction")
    ready = (
        files
        if isinstance(files, Prepared)
        else prepare(dataset_id, mode=mode, files=files, key=key, schema=schema)
    )
    told = counts or Counts(read=ready.incoming, clean=ready.incoming)
    if not told.balanced() or told.clean != ready.incoming:
        raise CountsUnbalanced(counts=f"{told.as_dict()}, in the files {ready.incoming}")
    base = _base(dataset_id)
    moved = ready.base != base.number
    if expected_version not in (None, base.number) or (moved and _rewrites(ready)):
        raise VersionConflict(latest=base.number)
    if moved and ready.mode == "append":  # somebody else appended meanwhile: no harm, if the columns agree
        ready = replace(ready, columns=_appended(base, ready.files))
    _check_there(ready.files)
    origin = {"landed": list(landed_sha256s), "report": report_id, "run": run_id, "inputs": list(inputs)}
    stored = _insert(actor, ready, base, told, origin)
    emit(VersionCommitted(dataset_id, stored.number, run_id))
    return version_from(stored)


def _rewrites(ready: Prepared) -> bool:
    """Whether it was written from the files of its base, and is wrong on any other."""
    return ready.mode in ("upsert", "compact") or (ready.mode == "append" and ready.superseded is None)


def declared_types(schema: Schema) -> dict[str, str]:
    """The catalogue's types by column, of any of the forms a schema is given in."""
    if schema is None:
        return {}
    if isinstance(schema, Mapping):
        return dict(schema)
    return dict(
        (one.name, one.type) if isinstance(one, Column) else (str(one["name"]), str(one["type"]))
        for one in schema
    )


@dataclass(frozen=True, slots=True)
class _Base:
    """The version that the next one follows; number 0 when there is none."""

    number: int = 0
    columns: tuple[Column, ...] = ()
    rows: int = 0
    bytes: int = 0


def _base(dataset_id: str) -> _Base:
    stored = StoredVersion.objects.filter(dataset=dataset_id).order_by("-number")
    found = stored.values_list("number", "columns", "rows", "bytes").first()
    return _Base(found[0], tuple(columns_from(found[1])), found[2], found[3]) if found else _Base()


def _appended_as_text(
    dataset_id: str, base: _Base, new: tuple[StoredFile, ...], names: frozenset[str]
) -> Prepared:
    """An append to a base whose files are all written anew, because some of its columns become text."""
    columns = agreed((as_text(base.columns, names), *(file.columns for file in new)))
    files = (*rewritten(dataset_id, base.number, names), *new)
    rows = sum(file.rows for file in new)
    return Prepared(dataset_id, "append", base.number, files, None, columns, (), rows)


def _appended(base: _Base, files: tuple[StoredFile, ...]) -> tuple[Column, ...]:
    """The columns of the base with those of the files after them. Errors: `SchemaMismatch`."""
    return agreed((base.columns, *(file.columns for file in files)))


def _insert(
    actor: Actor, ready: Prepared, base: _Base, counts: Counts, origin: dict[str, Any]
) -> StoredVersion:
    """Insert the version and its files. Two writers meet at the unique number: one of them gets `VersionConflict`."""
    number, staying = base.number + 1, _staying(ready, base)
    try:
        with transaction.atomic():
            stored = StoredVersion.objects.create(
                dataset=ready.dataset_id,
                number=number,
                mode=ready.mode,
                created=clock.now(),
                actor=actor.id,
                columns=columns_json(ready.columns),
                key=list(ready.key),
                rows=staying[0] + sum(file.rows for file in ready.files),
                bytes=staying[1] + sum(file.bytes for file in ready.files),
                counts=counts.as_dict(),
                **origin,
            )
    except IntegrityError as error:
        raise VersionConflict(latest=number) from error
    if ready.superseded != ():
        _leaving(ready).update(removed=number)
    # the number of the version comes first in a position, so that what is added later lies behind
    fresh = itertools.count(number << 24)
    DataFile.objects.bulk_create(
        _row(ready.dataset_id, number, next(fresh) if file.position is None else file.position, file)
        for file in ready.files
    )
    return stored


def _leaving(ready: Prepared) -> QuerySet[DataFile]:
    """The data files of the base that the next version does not have."""
    living = DataFile.objects.filter(dataset=ready.dataset_id, removed=None)
    return living if ready.superseded is None else living.filter(path__in=ready.superseded)


def _staying(ready: Prepared, base: _Base) -> tuple[int, int]:
    """Rows and bytes of the files that the base and the next version share."""
    if ready.superseded is None:
        return 0, 0
    if not ready.superseded:
        return base.rows, base.bytes
    leaving = _leaving(ready).aggregate(rows=Sum("rows"), bytes=Sum("bytes"))
    return base.rows - (leaving["rows"] or 0), base.bytes - (leaving["bytes"] or 0)


def _check_there(files: tuple[StoredFile, ...]) -> None:
    """What was prepared long ago may have been swept away. Errors: `FileMissing`."""
    for file in files:
        if not storage().sure(f"data/{file.path}"):
            raise FileMissing(file=file.path)


def _row(dataset_id: str, number: int, position: int, file: StoredFile) -> DataFile:
    return DataFile(
        dataset=dataset_id,
        added=number,
        position=position,
        path=file.path,
        rows=file.rows,
        bytes=file.bytes,
        sha256=file.sha256,
        layout=file.layout,
        statistics=dict(file.statistics),
    )
