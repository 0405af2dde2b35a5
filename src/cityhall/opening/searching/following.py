"""What the index does when something happens in a lower room; called inside the transaction of what happened."""

from __future__ import annotations

from cityhall.catalog.events import (
    CatalogueImported,
    DatasetChanged,
    DatasetDrafted,
    DatasetPublished,
    DatasetWithdrawn,
    RulesAgreed,
)
from cityhall.collection.events import VersionLoaded
from cityhall.ledger.actions import bookkeeping
from cityhall.opening.searching.indexing import index, index_codes, rebuild
from cityhall.warehouse.events import VersionCommitted

OneDataset = (
    DatasetChanged
    | DatasetDrafted
    | DatasetPublished
    | DatasetWithdrawn
    | RulesAgreed
    | VersionCommitted
    | VersionLoaded
)


@bookkeeping
def follow_dataset(event: OneDataset) -> None:
    """Index the dataset that the event is about."""
    index([event.dataset_id])


@bookkeeping
def follow_import(event: CatalogueImported) -> None:
    """Index every dataset that a file created or changed."""
    index_codes((*event.created, *event.changed))


@bookkeeping
def rebuild_search() -> int:
    """Make the search index anew from the catalogue; answers how many datasets it holds."""
    return rebuild()
