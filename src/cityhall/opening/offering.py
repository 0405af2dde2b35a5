"""What is offered of the published datasets, many at once: for those who harvest the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cityhall.catalog.queries import Dataset, Filter, datasets
from cityhall.kernel.actor import Actor
from cityhall.opening import models
from cityhall.opening.deciding import dataset_for, decide
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.exporting import READY, Export, address_of, export_from, suitable_formats
from cityhall.opening.formats import FORMATS, Format
from cityhall.opening.rules import Decision
from cityhall.warehouse.queries import latest_of


@dataclass(frozen=True, slots=True)
class Offer:
    """A published dataset, and the forms in which its latest version can be fetched, each with its finished
    file or None when it is made on request. No forms: no version yet, or not open as a whole. `changed`: when the entry
    or its data last did.
    """

    dataset: Dataset
    forms: tuple[tuple[Format, Export | None], ...]
    changed: datetime


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Offers in the order of the datasets' codes; `next` is the code to ask after, empty at the end."""

    offers: tuple[Offer, ...]
    next: str


def offers(actor: Actor, after: str = "", limit: int = 100) -> OfferPage:
    """A page (at most 200) of what the actor may see of the published catalogue."""
    page = datasets(Filter(state="published"), after, limit)
    return OfferPage(_offers(actor, page.datasets), page.next)


def offer(actor: Actor, id_or_code: str) -> Offer:
    """What is offered of one dataset. Errors: `DatasetHidden`, for whoever asks, unless it is published."""
    found, _ = dataset_for(actor, id_or_code, "download")
    if found.state != "published":
        raise DatasetHidden()
    return _offers(actor, (found,))[0]


def _offers(actor: Actor, found: tuple[Dataset, ...]) -> tuple[Offer, ...]:
    data = latest_of(one.id for one in found)
    open_now = {
        one.id: decision
        for one in found
        if one.id in data and one.opening_class == "unconditional"
        if (decision := decide(actor, one, "download")).allowed
    }
    addresses = {
        (key, code): address_of(key, data[key].number, decision, code)
        for key, decision in open_now.items()
        for code in FORMATS
    }
    finished = _finished(addresses.values())
    return tuple(
        Offer(
            one,
            _forms(one, open_now.get(one.id), addresses, finished),
            max(one.modified, data[one.id].created) if one.id in data else one.modified,
        )
        for one in found
    )


def _forms(
    dataset: Dataset,
    decision: Decision | None,
    addresses: dict[tuple[str, str], str],
    finished: dict[str, Export],
) -> tuple[tuple[Format, Export | None], ...]:
    if decision is None:
        return ()
    suitable = suitable_formats(dataset, decision)
    return tuple((one, finished.get(addresses[dataset.id, one.code])) for one in suitable)


def _finished(addresses: Iterable[str]) -> dict[str, Export]:
    rows = models.Export.objects.filter(address__in=list(addresses), state=READY)
    return {row.address: export_from(row) for row in rows}
