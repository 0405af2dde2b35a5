"""Finished files: what can be written, what has been written, and the link to fetch it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cityhall.catalog.errors import DatasetUnknown
from cityhall.catalog.queries import Dataset, dataset
from cityhall.identity.errors import KeyRefused, PersonUnknown
from cityhall.identity.queries import actor_for_holder
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.opening import links, models, rules
from cityhall.opening.deciding import decide, viewpoint_of
from cityhall.opening.errors import ExportNotReady, ExportUnknown, LinkRefused
from cityhall.opening.formats import FORMATS, Format, format_of
from cityhall.opening.rules import Decision
from cityhall.warehouse.queries import finished_at_hand, finished_path

READY: Final = "ready"


@dataclass(frozen=True, slots=True)
class Export:
    """A file for download: `state` waiting, writing, ready or failed; `problem` when it failed."""

    id: str
    dataset_id: str
    version: int
    format: Format
    state: str
    rows: int | None
    bytes: int | None
    sha256: str
    file_name: str
    problem: Text | None
    created: datetime
    finished: datetime | None


def address_of(dataset_id: str, version: int, decision: Decision, format_code: str) -> str:
    """SHA-256 that is equal for equal files: same version, same items and masks, same format."""
    return hashlib.sha256(f"{dataset_id}\n{version}\n{decision.digest()}\n{format_code}".encode()).hexdigest()


def export_path(address: str, suffix: str) -> Path:
    """Where the finished file with this address lies."""
    return finished_path(f"{address[:2]}/{address}.{suffix}")


def export_info(actor: Actor, export_id: str) -> Export:
    """A requested file. Errors: `ExportUnknown`, also when the actor may not see (any more) exactly what it contains."""
    return export_from(_visible(actor, export_id))


def exports_of(actor: Actor, dataset_id: str, version: int) -> tuple[Export, ...]:
    """The finished files of a version that show exactly what the actor may see, by format."""
    decision = decide(actor, dataset_id, "download")
    wanted = [address_of(decision.dataset_id, version, decision, code) for code in FORMATS]
    rows = models.Export.objects.filter(address__in=wanted, state=READY)
    return tuple(export_from(row) for row in rows.order_by("format"))


def file_link(actor: Actor, export_id: str) -> str:
    """The signed token under which a finished file may be fetched. Errors: `ExportUnknown`, `ExportNotReady`."""
    row = _visible(actor, export_id)
    if row.state != READY:
        raise ExportNotReady()
    seen_as = decide(actor, row.dataset_id, "download").viewpoint
    holder = actor.id if actor.kind in ("person", "key") and seen_as != "public" else ""
    return links.sign(links.Link(row.id, seen_as, holder))


def open_token(token: str) -> links.FileAtHand:
    """The file a token stands for. Errors: `LinkRefused` when it is altered or too old, when the file is gone, and when what
    it shows may not be seen any more: the dataset was withdrawn, an item's level was raised, a person lost the right, a key
    ended; `StorageUnreachable` when the file would have to be fetched.
    """
    link = links.read(token)
    row = models.Export.objects.filter(id=link.export_id, state=READY).first()
    if row is None or not _still_seen(row, link):
        raise LinkRefused()
    kind = format_of(row.format)
    path = export_path(row.address, kind.suffix)
    if not finished_at_hand(path, row.sha256):
        raise LinkRefused()
    return links.FileAtHand(path, row.file_name, kind.media_type, row.sha256, row.dataset_id)


def _still_seen(row: models.Export, link: links.Link) -> bool:
    """Whether the viewpoint of a link shows exactly what the file holds, and who holds it still stands there."""
    try:
        found = dataset(row.dataset_id)
        if link.holder:
            now = viewpoint_of(actor_for_holder(link.holder), found.agency_id)
            if links.VIEWPOINTS.index(now) < links.VIEWPOINTS.index(link.seen_as):
                return False
    except (DatasetUnknown, PersonUnknown, KeyRefused):
        return False
    decision = rules.decide(found, link.seen_as, "download")
    return row.address == address_of(row.dataset_id, row.version, decision, row.format)


def suitable_formats(dataset: Dataset, decision: Decision) -> tuple[Format, ...]:
    """The formats that make sense for what may be seen: GeoJSON only where coordinates or shapes are shown in clear."""
    spatial = geo_items(dataset, decision.clear)
    return tuple(one for one in FORMATS.values() if one.code != "geojson" or spatial)


def geo_items(dataset: Dataset, clear: tuple[str, ...]) -> tuple[str, ...]:
    """Of the items shown in clear, those that give a place: one geometry, or a longitude and a latitude;
    empty when there is none.
    """
    shown = [item for item in dataset.items if item.name in clear]
    shapes = [item.name for item in shown if item.type == "geometry"]
    if shapes:
        return (shapes[0],)
    east = [item.name for item in shown if item.element in LONGITUDES or item.name.lower() in LONGITUDES]
    north = [item.name for item in shown if item.element in LATITUDES or item.name.lower() in LATITUDES]
    return (east[0], north[0]) if east and north else ()


LONGITUDES: Final = frozenset({"longitude", "lon", "lng", "经度"})
LATITUDES: Final = frozenset({"latitude", "lat", "纬度"})


def _visible(actor: Actor, export_id: str) -> models.Export:
    row = models.Export.objects.filter(id=export_id).first()
    if row is None:
        raise ExportUnknown()
    decision = decide(actor, row.dataset_id, "download")
    if row.address != address_of(row.dataset_id, row.version, decision, row.format):
        raise ExportUnknown()
    return row


def export_from(row: models.Export) -> Export:
    """The value that crosses the door, of a row of the database."""
    return Export(
        id=row.id,
        dataset_id=row.dataset_id,
        version=row.version,
        format=format_of(row.format),
        state=row.state,
        rows=row.rows,
        bytes=row.bytes,
        sha256=row.sha256,
        file_name=row.file_name,
        problem=Text.from_dict(row.error["title"]) if row.error else None,
        created=row.created,
        finished=row.finished,
    )
