"""Rows of a dataset as one actor may see them: the warehouse's query language, restricted to the decision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cityhall.catalog.queries import Dataset
from cityhall.kernel.actor import Actor
from cityhall.opening.deciding import dataset_for, demand
from cityhall.opening.errors import ItemHidden
from cityhall.opening.rules import Decision, Purpose
from cityhall.opening.versions import version_or_nothing
from cityhall.warehouse.errors import ItemMasked
from cityhall.warehouse.queries import Aggregate, Query, Version, run, version_in_cursor


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows with what they belong to: the dataset's entry, the version, and the decision that let them pass."""

    dataset: Dataset
    decision: Decision
    version: int
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    next_cursor: str | None
    types: tuple[str, ...] = ()
    """Of the columns, as they are stored; masked ones are texts, aggregates are not told."""
    places: tuple[tuple[int, int], ...] = ()


def preview(actor: Actor, subject: Dataset | str, limit: int = 20, *, version: int | None = None) -> Seen:
    """The first rows of a version (default: the latest), as the actor may see them. Errors: `DatasetHidden`,
    `NothingOpen`, `NoVersionYet`, `VersionMissing`.
    """
    return rows(actor, subject, Query(limit=limit), version=version, purpose="preview")


@dataclass(frozen=True, slots=True)
class View:
    """What an actor sees at this moment: a dataset's entry, the decision about it, and one of its versions."""

    dataset: Dataset
    decision: Decision
    stored: Version

    def fingerprint(self) -> tuple[Any, ...]:
        """Equal for views through which the same query has the same answer: versions never change, and of the decision
        only what it shows and masks has a part in it.
        """
        shown = (self.decision.items, tuple(sorted(self.decision.masks.items())))
        return (self.stored.dataset_id, self.stored.number, self.stored.created, self.stored.expired, *shown)

    def rows(self, query: Query) -> Seen:
        """One page of the answer to `query`. Errors: `ItemHidden`, and those of the warehouse's language."""
        masks = self.decision.masks
        answer = run(self.stored, restrict(query, self.decision, self.stored), masks=masks)
        return Seen(
            self.dataset,
            self.decision,
            answer.version,
            answer.columns,
            answer.rows,
            answer.next_cursor,
            _types(self.stored, answer.columns, self.decision),
            answer.places,
        )


def view(
    actor: Actor,
    subject: Dataset | str,
    *,
    after: str | None = None,
    version: int | None = None,
    purpose: Purpose = "api",
) -> View:
    """What the actor may see now of a version: the one of a page mark `after`, the one asked for, or the latest.

    Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`, `VersionMissing`, `CursorUnusable`.
    """
    found, decision = dataset_for(actor, subject, purpose)
    demand(decision)
    number = version_in_cursor(after) if after and version is None else version
    return View(found, decision, version_or_nothing(found.id, number))


def rows(
    actor: Actor,
    subject: Dataset | str,
    query: Query,
    *,
    version: int | None = None,
    purpose: Purpose = "api",
) -> Seen:
    """One page of the answer to `query`. A hidden item cannot be shown, filtered, sorted, grouped or counted by; a
    masked one can only be shown. A page mark stays on its version, whatever has been published meanwhile.

    Errors: `DatasetHidden`, `NothingOpen`, `NoVersionYet`, `ItemHidden`, and those of the warehouse's language.
    """
    return view(actor, subject, after=query.after, version=version, purpose=purpose).rows(query)


def _types(version: Version, columns: tuple[str, ...], decision: Decision) -> tuple[str, ...]:
    stored = {column.name: column.stored for column in version.items}
    return tuple("VARCHAR" if name in decision.masks else stored.get(name, "") for name in columns)


def restrict(query: Query, decision: Decision, version: Version) -> Query:
    """The query with everything the decision does not allow refused, and `all items` replaced by those allowed."""
    present = {column.name for column in version.items}
    known = present | set(decision.items) | set(decision.reasons)
    _refuse_hidden([*query.select, *_searched(query)], decision, known)
    for name in _searched(query):
        if name in decision.masks:
            raise ItemMasked(item=name)
    if query.grouped:
        return query
    wanted = dict.fromkeys(query.select) or decision.items  # an item named a thousand times is shown once
    return replace(query, select=tuple(name for name in wanted if name in present or query.select))


def _refuse_hidden(names: list[str], decision: Decision, known: set[str]) -> None:
    """An item of the dataset that is not allowed is refused; a name that no item has is left to the
    language's own error.
    """
    for name in names:
        if name in known and name not in decision.items:
            raise ItemHidden(item=name)


def _searched(query: Query) -> list[str]:
    """Every item a query looks into rather than only shows."""
    aliases = {aggregate.alias for aggregate in query.aggregates}
    names = [condition.item for condition in query.conditions()]
    names += [item for item, _ in query.order if not (query.grouped and item in aliases)]
    names += query.group_by
    names += [aggregate.item for aggregate in query.aggregates if not _counts_rows(aggregate)]
    return names + ([query.bbox.lon, query.bbox.lat] if query.bbox else [])


def _counts_rows(aggregate: Aggregate) -> bool:
    return aggregate.fn == "count" and aggregate.item == "*"
