"""Islands of information: datasets nobody reads, agencies that publish nothing, items collected twice, cycles missed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from cityhall.catalog.queries import Dataset, cycles, overlaps
from cityhall.identity.queries import agencies
from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.opening.inventory.responsibility import published_by
from cityhall.opening.metering.using import usage_by_dataset
from cityhall.warehouse.queries import Latest, latest_of

Kind = Literal["unread", "silent", "twice", "late"]
KINDS: Final[tuple[Kind, ...]] = ("late", "twice", "silent", "unread")
KIND_WORDS: Final[Mapping[Kind, Text]] = {
    "late": Text(en="Update cycle missed", zh="超期未更新"),
    "twice": Text(en="Collected twice", zh="重复采集"),
    "silent": Text(en="Publishes nothing", zh="未发布数据"),
    "unread": Text(en="Nobody reads it", zh="无人使用"),
}
UNREAD_DAYS: Final = 90
# Late is more than a quarter of a cycle beyond its end, as for sources.
SLACK: Final = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Island:
    """One finding: which agency, which dataset (empty for an agency as a whole), since when, why in words."""

    kind: Kind
    agency_id: str
    dataset_id: str = ""
    code: str = ""
    title: Text
    since: datetime | None = None
    why: Text


def islands(computed: Collection[str] = ()) -> tuple[Island, ...]:
    """Everything found now over the published catalogue, kind by kind. Datasets with the codes `computed` hold what the platform
    computes: they collect nothing, so nothing is collected twice with them."""
    published = tuple(published_by())
    collected = [one for one in published if one.code not in computed]
    data = latest_of(one.id for one in published)
    return (
        *_late(published, data),
        *_twice(collected, computed),
        *_silent(published),
        *_unread(published, data),
    )


def _late(published: Iterable[Dataset], data: Mapping[str, Latest]) -> Iterator[Island]:
    """Datasets whose latest version is older than their update cycle allows."""
    terms = {one.code: one for one in cycles()}
    now = clock.now()
    for one in published:
        cycle, latest = terms.get(one.update_cycle), data.get(one.id)
        if cycle is None or cycle.days is None or latest is None:
            continue
        due = latest.created + timedelta(days=cycle.days)
        if now - latest.created > timedelta(days=cycle.days) * SLACK:
            days = (now - due).days
            yield Island(
                kind="late",
                agency_id=one.agency_id,
                dataset_id=one.id,
                code=one.code,
                title=one.title,
                since=due,
                why=Text(
                    en=f"{cycle.title.en}; {days} days overdue", zh=f"{cycle.title.zh}，已超期 {days} 天"
                ),
            )


def _twice(published: Iterable[Dataset], computed: Collection[str]) -> Iterator[Island]:
    """Pairs of datasets where one collects a good part of the other; each pair once, from the smaller."""
    told: set[frozenset[str]] = set()
    for one in published:
        for found in overlaps(one):
            pair = frozenset((one.id, found.dataset_id))
            if pair not in told and found.code not in computed:
                told.add(pair)
                yield Island(
                    kind="twice",
                    agency_id=one.agency_id,
                    dataset_id=one.id,
                    code=one.code,
                    title=one.title,
                    why=found.why,
                )


def _silent(published: Iterable[Dataset]) -> Iterator[Island]:
    """Agencies without a published dataset."""
    speaking = {one.agency_id for one in published}
    for agency in agencies():
        if agency.id not in speaking:
            yield Island(
                kind="silent",
                agency_id=agency.id,
                title=agency.name,
                why=Text(en="no published dataset", zh="没有已发布的数据集"),
            )


def _unread(published: Iterable[Dataset], data: Mapping[str, Latest]) -> Iterator[Island]:
    """Datasets with data that nobody visited, called or downloaded for 90 days, and that are older than that."""
    today = clock.today()
    used = usage_by_dataset(today - timedelta(days=UNREAD_DAYS), today)
    before = clock.now() - timedelta(days=UNREAD_DAYS)
    for one in published:
        if one.id in data and one.id not in used and one.published and one.published < before:
            yield Island(
                kind="unread",
                agency_id=one.agency_id,
                dataset_id=one.id,
                code=one.code,
                title=one.title,
                since=one.published,
                why=Text(en=f"not used for {UNREAD_DAYS} days", zh=f"{UNREAD_DAYS} 天无人使用"),
            )
