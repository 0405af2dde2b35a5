"""The profile that everybody sees is computed when a version comes or a dataset is published: no visitor waits for it."""

from __future__ import annotations

from cityhall.catalog.events import DatasetPublished
from cityhall.collection.events import VersionLoaded
from cityhall.kernel import jobs
from cityhall.kernel.actor import ANONYMOUS
from cityhall.ledger.actions import bookkeeping
from cityhall.opening.deciding import dataset_for
from cityhall.opening.errors import DatasetHidden, NoVersionYet
from cityhall.opening.profiling import keeping
from cityhall.opening.versions import version_or_nothing


def follow_data(event: DatasetPublished | VersionLoaded) -> None:
    """Leave the profile of what just came to a job."""
    jobs.enqueue("opening.prepare_profile", dataset_id=event.dataset_id)


@bookkeeping
def prepare_profile(dataset_id: str) -> None:
    """Compute the profile of the latest version as somebody without an account may see it. A draft, and a dataset
    without data, have none.
    """
    try:
        found, decision = dataset_for(ANONYMOUS, dataset_id, "statistics")
        stored = version_or_nothing(found.id, None)
    except (DatasetHidden, NoVersionYet):
        return
    if decision.clear:
        keeping.ask(found, decision, stored)
