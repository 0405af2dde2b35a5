"""Making a version: first the files, durable and hashed, outside the transaction; then the rows, inside
it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Sum

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.events import emit
from cityhall.warehouse.datafiles import keep_file
from cityhall.warehouse.disk import data_folder
from cityhall.warehouse.errors import CountsUnbalanced, FileMissing, UpsertWithoutKey, VersionConflict
from cityhall.warehouse.events import VersionCommitted
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.shapes import Column, Counts, Mode, Prepared, StoredFile, Version
from cityhall.warehouse.upserting import agreed, merge
from cityhall.warehouse.versions import columns_json, latest_number, members, version, version_from

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
    base = latest_number(dataset_id)
    incoming = tuple(files)
    if mode == "upsert":
        if not key:
            raise UpsertWithoutKey()
        return merge(dataset_id, base, incoming, tuple(key), declared)
    kept = tuple(keep_file(path, dataset_id, declared) for path in incoming)
    columns = _columns(dataset_id, mode, base, kept)
    superseded = () if mode == "append" else None
    return Prepared(
        dataset_id, mode, base, kept, superseded, columns, tuple(key), sum(file.rows for file in kept)
    )


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
    """Add the next version of a dataset, inside the caller's transaction (the caller's action records the
    ledger entry).

    Files are given as paths, or as the result of `prepare`, which is better when there is much to write.
    `replace` starts a new list of files, `append` adds to the old one, `upsert` replaces rows of equal key
    and adds the others. `counts` are those of the load; clean rows must be the rows of the files. `inputs`
    is the lineage: what the version was computed from.
    Errors: `VersionConflict` when another version came first or `expected_version` is not the latest;
    `CountsUnbalanced`; those of `prepare`.
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
    latest = latest_number(dataset_id)
    if expected_version not in (None, latest) or (
        ready.base != latest and ready.mode in ("upsert", "compact")
    ):
        raise VersionConflict(latest=latest)
    if (
        ready.mode == "append" and ready.base != latest
    ):  # somebody else appended meanwhile: no harm, if the columns agree
        ready = replace(ready, columns=_columns(dataset_id, "append", latest, ready.files))
    origin = {"landed": list(landed_sha256s), "report": report_id, "run": run_id, "inputs": list(inputs)}
    stored = _insert(actor, ready, latest + 1, told, origin)
    emit(VersionCommitted(dataset_id, stored.number))
    return version_from(stored)


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


def _columns(dataset_id: str, mode: Mode, base: int, files: tuple[StoredFile, ...]) -> tuple[Column, ...]:
    """The columns of the new version: those of the files and, for append, of the version before."""
    before = version(dataset_id, base).columns if base and mode == "append" else ()
    return agreed((before, *(file.columns for file in files)))


def _insert(
    actor: Actor, ready: Prepared, number: int, counts: Counts, origin: dict[str, Any]
) -> StoredVersion:
    """Insert the version and its files. Two writers meet at the unique number: one of them gets
    `VersionConflict`.
    """
    before = members(ready.dataset_id, number - 1)
    _check_there(ready.files)
    kept = before.none() if ready.superseded is None else before.exclude(path__in=ready.superseded)
    sums = kept.aggregate(rows=Sum("rows"), bytes=Sum("bytes"))
    last = before.aggregate(last=Max("position"))["last"] or 0
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
                rows=(sums["rows"] or 0) + sum(file.rows for file in ready.files),
                bytes=(sums["bytes"] or 0) + sum(file.bytes for file in ready.files),
                counts=counts.as_dict(),
                **origin,
            )
    except IntegrityError as error:
        raise VersionConflict(latest=number) from error
    leaving = before if ready.superseded is None else before.filter(path__in=ready.superseded)
    if ready.superseded != ():
        DataFile.objects.filter(pk__in=leaving.values("pk"), removed=None).update(removed=number)
    following = itertools.count(last + 1)
    DataFile.objects.bulk_create(
        _row(ready.dataset_id, number, next(following) if file.position is None else file.position, file)
        for file in ready.files
    )
    return stored


def _check_there(files: tuple[StoredFile, ...]) -> None:
    """What was prepared long ago may have been swept away. Errors: `FileMissing`."""
    for file in files:
        if not (data_folder() / file.path).is_file():
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
