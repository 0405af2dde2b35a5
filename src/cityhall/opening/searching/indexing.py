"""Keeping the index: its rows follow the catalogue, the versions and the reports, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from cityhall.catalog.queries import Compare, Dataset, datasets_by_id, revisions_now
from cityhall.catalog.queries import codes as codes_of
from cityhall.cleaning.queries import scores_of
from cityhall.kernel.ids import new_id
from cityhall.kernel.text import Text
from cityhall.opening import models, rules
from cityhall.opening.exporting import geo_items
from cityhall.opening.metering.using import usage_by_dataset
from cityhall.opening.searching import engines, postings
from cityhall.opening.searching.folding import indexed
from cityhall.warehouse.queries import Latest, latest_of

PORTION: Final = 500
_KEPT = ("id", "dataset_id", "uses")
_COLUMNS = [field.name for field in models.SearchEntry._meta.fields if field.name not in _KEPT]


def index(dataset_ids: Iterable[str]) -> None:
    """Write the rows of these datasets as their entries, versions and reports now stand."""
    with transaction.atomic():
        for some in _portions(dict.fromkeys(dataset_ids)):
            _write(some, advance())


def index_codes(codes: Iterable[str]) -> None:
    """The same for datasets named by their codes."""
    for some in _portions(codes):
        index(key for key, _ in codes_of(Compare("code", "among", some)))


def rebuild() -> int:
    """Make the whole index anew from the catalogue; answers how many datasets it holds."""
    with transaction.atomic():
        advance()  # before anything else is locked, as everybody does
        known = revisions_now()
        engines.rest(connection)
        for key in _entries().keys() - known.keys():
            models.SearchEntry.objects.filter(dataset_id=key).delete()
        index(known)
        engines.refill(connection)
        models.SearchState.objects.update(era=new_id("era"))
        postings.post()
    return len(known)


def stale() -> tuple[str, ...]:
    """The ids of datasets whose row is missing, belongs to another revision or version, or to no dataset."""
    known, kept = revisions_now(), _entries()
    rows = {key: one.rows for some in _portions(known) for key, one in latest_of(some).items()}
    wrong = {key for key, number in known.items() if kept.get(key) != (number, rows.get(key))}
    return tuple(sorted(wrong | (kept.keys() - known.keys())))


def sound() -> bool:
    """Whether the index in the database agrees with the rows it is made of, and so do the postings."""
    return engines.agrees(connection) and postings.agree()


def mend() -> int:
    """Index anew what is stale; answers how many datasets that were."""
    found = stale()
    known = revisions_now()
    gone = [key for key in found if key not in known]
    if gone:
        models.SearchEntry.objects.filter(dataset_id__in=gone).delete()
        models.SearchState.objects.update(era=new_id("era"))
        postings.post()
    index(key for key in found if key in known)
    return len(found)


def count_uses(since: date, until: date) -> int:
    """Keep how often each dataset was used between two days, both included; answers for how many that changed."""
    used = {
        key: one.visits + one.calls + one.downloads for key, one in usage_by_dataset(since, until).items()
    }
    kept = models.SearchEntry.objects.values_list("dataset_id", "uses")
    changed = {key: used.get(key, 0) for key, count in kept if used.get(key, 0) != count}
    with transaction.atomic():
        change = advance() if changed else 0
        for key, count in changed.items():
            models.SearchEntry.objects.filter(dataset_id=key).update(uses=count, change=change)
    return len(changed)


def _portions(some: Iterable[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(some)
    while portion := tuple(islice(rest, PORTION)):
        yield portion


def _both(text: Text) -> tuple[str, ...]:
    return (text.zh, text.en) if text.zh != text.en else (text.zh,)


def advance() -> int:
    """Count one change and answer its number. Changes wait for each other here until they are committed, so that who
    has read up to a number has read everything before it."""
    if not models.SearchState.objects.update(change=F("change") + 1):
        models.SearchState.objects.create(id=1, era=new_id("era"), change=1)
    return models.SearchState.objects.values_list("change", flat=True).get()


def _entries() -> dict[str, tuple[int, int | None]]:
    rows = models.SearchEntry.objects.values_list("dataset_id", "revision", "rows")
    return {key: (revision, count) for key, revision, count in rows}


def _write(dataset_ids: Sequence[str], change: int) -> None:
    known = datasets_by_id(dataset_ids)
    if not known:
        return
    data, scores = latest_of(dataset_ids), scores_of(dataset_ids)
    rows = [_row(one, data.get(key), scores.get(key), change) for key, one in known.items()]
    models.SearchEntry.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["dataset_id"], update_fields=_COLUMNS
    )


def _row(one: Dataset, data: Latest | None, score: float | None, change: int) -> models.SearchEntry:
    shown = rules.decide(one, "public", "download")
    return models.SearchEntry(
        dataset_id=one.id,
        revision=one.revision,
        state=one.state,
        agency_id=one.agency_id,
        field_code=one.field_code,
        region=one.region,
        opening_class=one.opening_class,
        level=one.level,
        items=len(one.items),
        files=data is not None and shown.allowed,
        places=data is not None and bool(geo_items(one, shown.clear)),
        rows=data.rows if data else None,
        updated=data.created if data else None,
        published=one.published,
        score=score,
        title=indexed(*_both(one.title)),
        names=indexed(*(word for item in one.items for word in (item.name, *_both(item.title)))),
        keywords=indexed(*one.keywords, one.code),
        abstract=indexed(*_both(one.abstract)),
        change=change,
    )
