"""The published catalogue by a tree of conditions, and what of each entry one actor may fetch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cityhall.catalog import queries as catalog
from cityhall.catalog.queries import Compare, Dataset, Every, Order, Where
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.opening.deciding import decide
from cityhall.opening.exporting import READY, Export, address_of, export_from, suitable_formats
from cityhall.opening.formats import FORMATS, Format
from cityhall.opening.models import Export as ExportRow
from cityhall.opening.rules import Decision
from cityhall.opening.versions import VersionSeen
from cityhall.warehouse.queries import Latest, changed_since, latest_of

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
PUBLISHED = Compare("state", "is", "published")


@dataclass(frozen=True, slots=True)
class Fetchable:
    """An entry, what the actor may see of it, the version served (None before the first), and the forms in which
    what may be seen can be fetched, each with its finished file or None when it is written on request.
    """

    dataset: Dataset
    decision: Decision
    latest: Latest | None
    forms: tuple[tuple[Format, Export | None], ...]

    @property
    def changed(self) -> datetime:
        """When the entry or its data last did."""
        return max(self.dataset.modified, self.latest.created) if self.latest else self.dataset.modified


@dataclass(frozen=True, slots=True)
class FetchablePage:
    """Entries in the order asked for; `total` counts all that match."""

    entries: tuple[Fetchable, ...]
    total: int


def published(
    actor: Actor, where: Where, order: Sequence[tuple[Order, bool]] = (), start: int = 0, rows: int = 100
) -> FetchablePage:
    """The published entries that match, from place `start`, at most 1000."""
    found = catalog.select(Every((PUBLISHED, where)), order, start, rows)
    return FetchablePage(fetchable(actor, found.datasets), found.total)


def published_codes(where: Where, start: int = 0, rows: int | None = None) -> tuple[tuple[str, str], ...]:
    """The (id, code) of the published entries that match, in the order of their codes."""
    return catalog.codes(Every((PUBLISHED, where)), start, rows)


def published_tally(where: Where, subject: catalog.Tallied) -> tuple[tuple[str, int], ...]:
    """How many matching published entries each agency, field, licence or keyword has, the most first."""
    return catalog.tally(Every((PUBLISHED, where)), subject)


def fetchable(actor: Actor, found: Iterable[Dataset]) -> tuple[Fetchable, ...]:
    """What the actor may fetch of each of these entries, all of which it may know of. Errors: `DatasetHidden`."""
    shown = tuple(found)
    return _fetchable(actor, shown, latest_of(one.id for one in shown))


def fetchable_of(actor: Actor, found: Dataset, serving: VersionSeen | None) -> Fetchable:
    """The same of one entry, whose version being served is known already. Errors: `DatasetHidden`."""
    latest = Latest(found.id, serving.number, serving.created, serving.rows) if serving else None
    return _fetchable(actor, (found,), {found.id: latest} if latest else {})[0]


def fetchable_by_all(mine: Fetchable) -> Fetchable:
    """What everybody may fetch of what an actor was told of. Errors: `DatasetHidden` when they must not know of it."""
    if mine.decision.viewpoint == "public":
        return mine
    entry, latest = mine.dataset, mine.latest
    return _fetchable(ANONYMOUS, (entry,), {entry.id: latest} if latest else {})[0]


def _fetchable(actor: Actor, shown: Sequence[Dataset], data: Mapping[str, Latest]) -> tuple[Fetchable, ...]:
    decisions = {one.id: decide(actor, one, "download") for one in shown}
    addresses = {
        (key, code): address_of(key, latest.number, decisions[key], code)
        for key, latest in data.items()
        if decisions[key].allowed
        for code in FORMATS
    }
    rows = ExportRow.objects.filter(address__in=list(addresses.values()), state=READY)
    finished = {row.address: export_from(row) for row in rows}
    return tuple(
        Fetchable(
            one,
            decisions[one.id],
            data.get(one.id),
            tuple(
                (kind, finished.get(addresses[one.id, kind.code]))
                for kind in suitable_formats(one, decisions[one.id])
                if (one.id, kind.code) in addresses
            ),
        )
        for one in shown
    )


def data_since(moment: datetime) -> Where:
    """The condition that an entry, or its data, changed at that moment or later."""
    return catalog.Some((Compare("modified", "from", moment), Compare("id", "among", changed_since(moment))))


def with_data() -> Where:
    """The condition that an entry has data."""
    return Compare("id", "among", changed_since(_LONG_AGO))
