"""The push interface: a department sends rows; the same idempotency key always gives the same answer."""

from __future__ import annotations

import hashlib
import io

from cityhall.collection.controlling import queue_run
from cityhall.collection.errors import PushKeyReused, PushUnusable, SourceUnknown
from cityhall.collection.models import Push, Source
from cityhall.collection.views import RunInfo, run_info
from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, bookkeeping, record
from cityhall.warehouse.actions import Landed, land

MOST_BYTES = 64 * 1024**2
_SUFFIXES = {
    "text/csv": "csv",
    "application/json": "json",
    "application/geo+json": "geojson",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
}


@bookkeeping
def push(actor: Actor, source_id: str, body: bytes, content_type: str, idempotency_key: str) -> RunInfo:
    """Take rows pushed to a source and queue their run; answers the run (the same one for the same key and body).

    The body is landed before anything else. Raises PushUnusable, PushKeyReused, RunInProgress, SourceUnknown.
    """
    source = Source.objects.filter(pk=source_id, kind=Source.Kind.PUSH).first()
    if source is None or not source.enabled:
        raise SourceUnknown(source=source_id)
    require(actor, "collection.push", source.agency_id)
    if not 1 <= len(idempotency_key) <= 120:
        raise PushUnusable(why="an Idempotency-Key of 1 to 120 characters is needed")
    earlier = (
        Push.objects.filter(source=source, key=idempotency_key).select_related("run", "run__source").first()
    )
    if earlier is not None:
        if earlier.sha256 != hashlib.sha256(body).hexdigest():
            raise PushKeyReused(key=idempotency_key)
        return run_info(earlier.run)
    suffix = _SUFFIXES.get(content_type.partition(";")[0].strip().lower())
    if suffix is None:
        raise PushUnusable(why=f"content type {content_type[:80]}")
    if not body.strip() or len(body) > MOST_BYTES:
        raise PushUnusable(why=f"the body must hold 1 to {MOST_BYTES} bytes")
    landed = land(io.BytesIO(body), f"{source.name}.{suffix}")
    return take_push(actor, source_id, landed, idempotency_key)


@action("collection.push")
def take_push(actor: Actor, source_id: str, landed: Landed, idempotency_key: str) -> RunInfo:
    """Queue the run of landed push bytes. The row of the key and the run are made together."""
    source = Source.objects.select_for_update().get(pk=source_id)
    run = queue_run(
        actor,
        source,
        {"arrived": {"memory": {}, "manifest": {}}},
        name=landed.name,
        landed_sha256=landed.sha256,
        bytes=landed.size,
    )
    Push.objects.create(
        source=source, key=idempotency_key, sha256=landed.sha256, run=run, created=clock.now()
    )
    record(f"source:{source_id}", run=run.id, sha256=landed.sha256)
    return run_info(run)
