"""Datasets somebody wants to find again. A private note: it leaves no entry in the ledger."""

from __future__ import annotations

from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import bookkeeping
from cityhall.opening import models
from cityhall.opening.talking.speaking import speaker, subject_for

MOST = 500


@bookkeeping
def set_favourite(actor: Actor, dataset_id: str, wanted: bool) -> None:
    """Remember a dataset, or forget it; twice is like once. Errors: `AccountNeeded`, `DatasetHidden`."""
    speaker(actor)
    mine = models.Favourite.objects.filter(person_id=actor.id)
    if not wanted:
        mine.filter(dataset_id=dataset_id).delete()
    elif mine.count() < MOST:
        found = subject_for(actor, dataset_id)
        models.Favourite.objects.get_or_create(
            person_id=actor.id, dataset_id=found.id, defaults={"created": clock.now()}
        )
