"""One run through another catalogue: read, compare, take what changed, notice what is gone."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db import DatabaseError

from cityhall.federation.entering import Known, known_entries, note_gone, take_entry
from cityhall.federation.errors import EntryUnusable, HarvestCancelled, HarvestLimitReached, TooManyGone
from cityhall.federation.feeds import cityhall, ckan, dcat
from cityhall.federation.feeds.fetching import Fetching, host_of
from cityhall.federation.models import Harvest, HarvestFailure, HarvestRun
from cityhall.federation.shapes import BrokenEntry, RemoteEntry, remote_key
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.errors import CityhallError, Unavailable
from cityhall.kernel.text import Text

log = logging.getLogger("cityhall.federation")

Feed = Callable[[str, Fetching], Iterator[RemoteEntry | BrokenEntry]]
FEEDS: Final[Mapping[str, Feed]] = {"ckan": ckan.entries, "dcat": dcat.entries, "cityhall": cityhall.entries}
MOST_FAILURES: Final = 1000
MOST_GONE: Final = 0.5
FEW: Final = 10
"""Of so few entries all may be gone at once without suspicion."""
_BEAT_SECONDS: Final = 2.0
COUNTS: Final = (
    "seen",
    "created",
    "changed",
    "restored",
    "unchanged",
    "withdrawn",
    "failed",
    "pages",
    "bytes",
)


@dataclass(slots=True)
class Passage:
    """A run at work. Everything it has done is in the database already; what is here can be lost."""

    run: HarvestRun
    harvest: Harvest
    actor: Actor
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    seen: set[str] = field(default_factory=set)
    told: float = 0.0

    def walk(self) -> None:
        """Take every entry, then withdraw what is gone. Errors: the feed's, `HarvestCancelled`, `TooManyGone`."""
        known = known_entries(self.harvest.id)
        fetching = Fetching(self.harvest.settings, self.pulse, host_of(self.harvest.url))
        for remote in FEEDS[self.harvest.kind](self.harvest.url, fetching):
            if self.counts["seen"] >= fetching.limit("max_datasets"):
                raise HarvestLimitReached(limit=fetching.limit("max_datasets"), unit="datasets")
            self.counts["seen"] += 1
            self.counts["pages"], self.counts["bytes"] = fetching.pages, fetching.bytes
            self._take(remote, known)
            self.pulse()
        self._withdraw(known)
        self.tell()

    def _take(self, remote: RemoteEntry | BrokenEntry, known: Mapping[str, Known]) -> None:
        key = remote_key(remote.id)
        self.seen.add(key)
        if isinstance(remote, BrokenEntry):
            self._fail(remote.id, "", EntryUnusable(why=remote.why))
            return
        before = known.get(key)
        if before and before.present and before.fingerprint == remote.fingerprint():
            self.counts["unchanged"] += 1
            return
        try:
            self.counts[take_entry(self.actor, self.harvest.id, remote)] += 1
        except (Unavailable, DatabaseError):
            raise
        except CityhallError as error:
            self._fail(remote.id, remote.title.zh, error)

    def _fail(self, remote_id: str, title: str, error: CityhallError) -> None:
        self.counts["failed"] += 1
        if self.counts["failed"] <= MOST_FAILURES:
            HarvestFailure.objects.create(
                run=self.run, remote_id=remote_id[:500], title=title[:300], error=error.as_dict()
            )

    def _withdraw(self, known: Mapping[str, Known]) -> None:
        """The catalogue was read to its end: what is missing is gone, unless that is too much to believe."""
        present = {key: one for key, one in known.items() if one.present}
        gone = [one.origin_id for key, one in present.items() if key not in self.seen]
        share = float(self.harvest.settings.get("most_gone") or MOST_GONE)
        if len(gone) > max(FEW, share * len(present)):
            raise TooManyGone(gone=len(gone), known=len(present))
        for origin_id in gone:
            note_gone(self.actor, origin_id)
            self.counts["withdrawn"] += 1
            self.pulse()

    def pulse(self) -> None:
        """A sign of life every two seconds, and the moment to hear that the run shall stop."""
        if time.monotonic() - self.told > _BEAT_SECONDS:
            self.tell()
            if HarvestRun.objects.filter(pk=self.run.pk, cancel_requested=True).exists():
                raise HarvestCancelled()

    def tell(self) -> None:
        """Keep the figures where people see them."""
        self.told = time.monotonic()
        HarvestRun.objects.filter(pk=self.run.pk).update(counts=self.counts, heartbeat=clock.now())


def logged(run: HarvestRun, words: Text) -> None:
    """Add a line to the run's log."""
    run.log = [*run.log, [clock.now().isoformat(timespec="seconds"), words.as_dict()]][-200:]
    HarvestRun.objects.filter(pk=run.pk).update(log=run.log)
