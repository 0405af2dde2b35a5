"""Which table of a file belongs to which source: several tables of one file are several datasets."""

from __future__ import annotations

from django.db import transaction

from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import dataset as catalogued
from cityhall.collection.decoding import StagedTable
from cityhall.collection.errors import HintNotMet
from cityhall.collection.models import Run, Source
from cityhall.collection.overrides import Overrides
from cityhall.collection.runs import actor_of, create_run, source_lane, this_worker
from cityhall.kernel import clock


def assign(run: Run, tables: tuple[StagedTable, ...]) -> list[tuple[Run, StagedTable]]:
    """Give every table of a published file its source (found by its recorded name, or made) and its run.

    All runs are made before the first version is committed, so that a crash between two tables loses none.
    """
    overrides = run.options.get("overrides", {})
    base = overrides.get("name") or run.file_name
    several = len(tables) > 1
    with transaction.atomic():
        pairs = []
        for place, table in enumerate(tables):
            source = _source(
                run, f"{base} · {table.name}" if several else base, table.name if several else ""
            )
            each = run if place == 0 else _sibling(run, source)
            each.source = source
            each.lane, each.dataset_id = source_lane(source), source.dataset_id
            Run.objects.filter(pk=each.pk).update(source=source, lane=each.lane, dataset_id=source.dataset_id)
            pairs.append((each, table))
    return pairs


def _source(run: Run, name: str, table: str) -> Source:
    overrides = run.options.get("overrides", {})
    code = "" if table else overrides.get("code", "")
    source, made = Source.objects.get_or_create(
        kind=Source.Kind.FILE,
        agency_id=run.agency_id,
        name=name[:300],
        defaults={
            "settings": {"table": table, "apart": bool(table)},
            "mode": overrides.get("mode") or "replace",
            "key": list(overrides.get("key", ())),
            "created": clock.now(),
        },
    )
    if made and code:
        source.dataset_id = _dataset_called(code, run.agency_id)
        source.save(update_fields=["dataset_id"])
    return source


def would_be(
    agency_id: str, name: str, tables: tuple[StagedTable, ...], overrides: Overrides
) -> list[tuple[Run, StagedTable]]:
    """The runs that publishing a file's tables would make, for a rehearsal; nothing is stored."""
    base, several = overrides.name or name, len(tables) > 1
    pairs = []
    for table in tables:
        called = f"{base} · {table.name}" if several else base
        source = Source.objects.filter(kind=Source.Kind.FILE, agency_id=agency_id, name=called[:300]).first()
        by_code = "" if several or not overrides.code else _dataset_called(overrides.code, agency_id)
        dataset_id = source.dataset_id if source else by_code
        pairs.append((Run(agency_id=agency_id, source=source, dataset_id=dataset_id, file_name=name), table))
    return pairs


def _dataset_called(code: str, agency_id: str) -> str:
    """The id of the agency's dataset with this code, to which the file then belongs; empty when there is none."""
    try:
        dataset = catalogued(code)
    except DatasetUnknown:
        return ""
    return dataset.id if dataset.agency_id == agency_id else ""


def _sibling(run: Run, source: Source) -> Run:
    moment = clock.now()
    return create_run(
        actor_of(run),
        source_lane(source),
        run.file_name,
        source=source,
        agency_id=run.agency_id,
        dataset_id=source.dataset_id,
        stage="staging",
        reached="staging",
        options=run.options,
        landed_sha256=run.landed_sha256,
        bytes=run.bytes,
        worker=this_worker(),
        started=moment,
        heartbeat=moment,
    )


def table_for(run: Run, tables: tuple[StagedTable, ...]) -> StagedTable:
    """The table that a run's source means: the one it names, or the only one."""
    wanted = str(run.source.settings.get("table") or "") if run.source else ""
    if not wanted and len(tables) == 1:
        return tables[0]
    for table in tables:
        if table.name == wanted:
            return table
    found = ", ".join(table.name for table in tables)
    raise HintNotMet(file=run.file_name, what="table", asked=wanted or "—", found=found)
