"""What the index does when something happens in a lower room (inside the transaction of what happened), and in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cityhall.catalog.events import (
    CatalogueImported,
    DatasetChanged,
    DatasetDrafted,
    DatasetPublished,
    DatasetWithdrawn,
    RulesAgreed,
)
from cityhall.collection.events import VersionLoaded
from cityhall.kernel import clock
from cityhall.ledger.actions import bookkeeping
from cityhall.opening.searching.indexing import count_uses, index, index_codes, mend, rebuild
from cityhall.opening.searching.postings import renew
from cityhall.warehouse.events import VersionCommitted

USED_DAYS: Final = 90
"""Days by which the order “most used” goes."""

OneDataset = (
    DatasetChanged | DatasetDrafted | DatasetPublished | DatasetWithdrawn | RulesAgreed | VersionLoaded
)


@bookkeeping
def follow_dataset(event: OneDataset) -> None:
    """Index the dataset that the event is about."""
    index([event.dataset_id])


@bookkeeping
def follow_version(event: VersionCommitted) -> None:
    """Index the dataset of a version that no run made; those of runs are followed when the run has its report too."""
    if not event.run_id:
        index([event.dataset_id])


@bookkeeping
def follow_import(event: CatalogueImported) -> None:
    """Index every dataset that a file created or changed."""
    index_codes((*event.created, *event.changed))


@bookkeeping
def rebuild_search() -> int:
    """Make the search index anew from the catalogue; answers how many datasets it holds."""
    return rebuild()


@bookkeeping
def look_after_search() -> int:
    """Index what is stale (nothing, unless somebody wrote past the platform), count who was used how often, make the
    postings anew when much has changed; answers how many rows of the index changed."""
    today = clock.today()
    changed = mend() + count_uses(today - timedelta(days=USED_DAYS - 1), today)
    renew()
    return changed
