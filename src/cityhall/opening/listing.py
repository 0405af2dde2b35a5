"""The catalogue as one actor may see it: drafts only for the agency that prepares them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cityhall.catalog.queries import Dataset, Filter, Outline, datasets
from cityhall.identity.queries import scopes
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.warehouse.queries import latest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a list: a dataset with the time and the rows of its latest version."""

    id: str
    code: str
    title: Text
    abstract: Text
    agency_id: str
    state: str
    opening_class: str
    sharing_class: str
    level: int
    updated: datetime | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class DatasetPage:
    """Entries in the order of their codes; `next` is the code to ask after, empty at the end; `total` counts all."""

    entries: tuple[Entry, ...]
    next: str
    total: int


def visible_datasets(actor: Actor, wanted: Filter, after: str = "", limit: int = 20) -> DatasetPage:
    """A page of the datasets the actor may know of. Drafts appear only when asked for, and only one's own agency's."""
    narrowed = _allowed(actor, wanted)
    if narrowed is None:
        return DatasetPage((), "", 0)
    page = datasets(narrowed, after, limit)
    return DatasetPage(entries_of(page.datasets), page.next, page.total)


def _allowed(actor: Actor, wanted: Filter) -> Filter | None:
    """The filter narrowed to what may be listed; None when that is nothing."""
    if not wanted.state:
        return replace(wanted, state="published")
    if wanted.state != "draft":
        return wanted
    own = scopes(actor, "opening.see_drafts")
    if "" in own or wanted.agency_id in own:
        return wanted
    return replace(wanted, agency_id=min(own)) if own and not wanted.agency_id else None


def entries_of(found: Iterable[Dataset | Outline]) -> tuple[Entry, ...]:
    """Datasets as lines of a list, in their order, with what is known of their latest versions."""
    shown = tuple(found)
    data = latest_of(one.id for one in shown)
    return tuple(
        Entry(
            id=one.id,
            code=one.code,
            title=one.title,
            abstract=one.abstract,
            agency_id=one.agency_id,
            state=one.state,
            opening_class=one.opening_class,
            sharing_class=one.sharing_class,
            level=one.level,
            updated=data[one.id].created if one.id in data else None,
            rows=data[one.id].rows if one.id in data else None,
        )
        for one in shown
    )
