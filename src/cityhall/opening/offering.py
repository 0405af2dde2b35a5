"""What is offered of the published catalogue, page by page: for those who harvest it."""

from __future__ import annotations

from dataclasses import dataclass

from cityhall.catalog.queries import Filter, datasets
from cityhall.kernel.actor import Actor
from cityhall.opening.deciding import dataset_for
from cityhall.opening.errors import DatasetHidden
from cityhall.opening.selecting import Fetchable, fetchable


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Entries in the order of the datasets' codes; `next` is the code to ask after, empty at the end."""

    offers: tuple[Fetchable, ...]
    next: str


def offers(actor: Actor, after: str = "", limit: int = 100) -> OfferPage:
    """A page (at most 200) of what the actor may see of the published catalogue."""
    page = datasets(Filter(state="published"), after, limit)
    return OfferPage(fetchable(actor, page.datasets), page.next)


def offer(actor: Actor, id_or_code: str) -> Fetchable:
    """What is offered of one dataset. Errors: `DatasetHidden`, for whoever asks, unless it is published."""
    found, _ = dataset_for(actor, id_or_code, "download")
    if found.state != "published":
        raise DatasetHidden()
    return fetchable(actor, (found,))[0]
