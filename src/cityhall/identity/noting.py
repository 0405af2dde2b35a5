"""When a key was last used: bookkeeping, written at most once a minute, so that reading with a key stays reading."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q

from cityhall.identity.models import ApiKey
from cityhall.kernel import clock
from cityhall.ledger.actions import bookkeeping

PAUSE = timedelta(minutes=1)


@bookkeeping
def note_use(row: ApiKey) -> None:
    """Remember that the key was used now. Of many requests at once one writes; a clock set back is caught up with."""
    now = clock.now()
    if row.last_used is not None and timedelta(0) <= now - row.last_used < PAUSE:
        return
    stale = Q(last_used=None) | Q(last_used=row.last_used)
    ApiKey.objects.filter(stale, id=row.id).update(last_used=now)
