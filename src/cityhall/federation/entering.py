"""One entry of another catalogue becomes, changes, leaves or comes back as an entry of ours: each one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from cityhall.catalog import actions as catalog
from cityhall.catalog.queries import Dataset, DatasetDraft, Item, Opening, Sharing, dataset, fields
from cityhall.collection import actions as collection
from cityhall.collection.queries import source as source_info
from cityhall.federation.feeds.fetching import host_of
from cityhall.federation.feeds.words import licence_code
from cityhall.federation.models import Harvest, Origin
from cityhall.federation.shapes import RemoteEntry, RemoteFile, remote_key
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record

Outcome = Literal["created", "changed", "restored"]
PLACE: Final = "data"
"""The one item of an entry whose columns the other catalogue does not tell."""
_UNFIT: Final = re.compile(r"[^\w.\-]+")


@action("federation.take_entry")
def take_entry(actor: Actor, harvest_id: str, remote: RemoteEntry) -> Outcome:
    """Enter a new entry, or bring a known one up to what it says now; a withdrawn one is published again."""
    harvest = Harvest.objects.get(pk=harvest_id)
    known = (
        Origin.objects.select_for_update().filter(harvest=harvest, remote_key=remote_key(remote.id)).first()
    )
    outcome: Outcome = "created" if known is None else "changed" if known.present else "restored"
    origin = known or Origin(
        harvest=harvest, remote_key=remote_key(remote.id), remote_id=remote.id, first_seen=clock.now()
    )
    file = chosen_file(harvest, remote)
    if known is None:
        origin.dataset_id = catalog.draft_dataset(actor, _draft(harvest, remote, file), why=_why(harvest))
    else:
        _bring_up(actor, harvest, dataset(origin.dataset_id), remote, file)
    origin.fingerprint, origin.present, origin.changed = remote.fingerprint(), True, clock.now()
    origin.address, origin.licence, origin.publisher = (
        remote.address,
        remote.licence[:500],
        remote.publisher[:500],
    )
    origin.source_id = _collect(actor, harvest, origin, remote, file) if file else origin.source_id
    origin.save()
    _publish(actor, harvest, origin.dataset_id)
    record(
        f"dataset:{origin.dataset_id}",
        harvest=harvest.id,
        remote=origin.remote_key,
        outcome=outcome,
        sha256=origin.fingerprint,
    )
    return outcome


@action("federation.note_gone")
def note_gone(actor: Actor, origin_id: int) -> bool:
    """Withdraw an entry that its origin no longer has; answers whether it was published until now."""
    origin = Origin.objects.select_for_update().select_related("harvest").get(pk=origin_id)
    origin.present = False
    origin.save(update_fields=["present"])
    published = dataset(origin.dataset_id).state == "published"
    if published:
        reason = (
            f"来源“{origin.harvest.name}”已不再提供 / no longer offered by its origin “{origin.harvest.name}”"
        )
        catalog.withdraw(actor, origin.dataset_id, reason)
    record(f"dataset:{origin.dataset_id}", harvest=origin.harvest_id, remote=origin.remote_key)
    return published


@action("federation.publish_collected")
def publish_collected(actor: Actor, dataset_id: str) -> None:
    """Publish a harvested entry whose data has just been collected for the first time."""
    origin = Origin.objects.select_related("harvest").get(dataset_id=dataset_id)
    _publish(actor, origin.harvest, dataset_id)
    record(f"dataset:{dataset_id}", harvest=origin.harvest_id)


def chosen_file(harvest: Harvest, remote: RemoteEntry) -> RemoteFile | None:
    """The file to collect: the first of the formats that the harvest asks for, in their order; None for none."""
    wanted = [str(one).upper() for one in harvest.settings.get("formats") or ()]
    fit = [file for file in remote.files if file.format in wanted]
    return min(fit, key=lambda file: wanted.index(file.format), default=None)


def _draft(harvest: Harvest, remote: RemoteEntry, file: RemoteFile | None) -> DatasetDraft:
    return DatasetDraft(
        code=_code(harvest, remote.id),
        agency_id=harvest.agency_id,
        items=() if file else _items(harvest, remote),
        **_told(harvest, remote),
    )


def _told(harvest: Harvest, remote: RemoteEntry) -> dict[str, Any]:
    """What the entry takes over from its origin, at every change again."""
    own_fields = {one.code for one in fields()}
    wanted = (remote.field_code, str(harvest.settings.get("field") or ""))
    return {
        "title": remote.title,
        "abstract": remote.abstract,
        "licence": licence_code(remote.licence),
        "keywords": remote.keywords,
        "contact": remote.contact,
        "update_cycle": remote.cycle,
        "spatial": remote.spatial,
        "temporal": remote.temporal,
        "field_code": next((one for one in wanted if one in own_fields), ""),
    }


def _bring_up(
    actor: Actor, harvest: Harvest, now: Dataset, remote: RemoteEntry, file: RemoteFile | None
) -> None:
    changes = _told(harvest, remote)
    if not file and not _has_data(now):
        changes["items"] = _items(harvest, remote)
    if any(getattr(now, name) != value for name, value in changes.items()):
        catalog.update_dataset(actor, now.id, changes, now.revision, why=_why(harvest))


def _has_data(now: Dataset) -> bool:
    """Whether its items are those of data that was collected, and no longer the placeholder or what was told."""
    return any(item.element for item in now.items)


def _code(harvest: Harvest, remote_id: str) -> str:
    """A code that stays: the harvest's own part, and the remote id as far as a code can hold it."""
    body = _UNFIT.sub("-", remote_id).strip("-")
    own = harvest.id.removeprefix("hrv_")
    if body == remote_id and len(body) <= 60:
        return f"{own}.{body}"
    return f"{own}.{body[-40:].strip('-')}.{remote_key(remote_id)[:12]}"


def _items(harvest: Harvest, remote: RemoteEntry) -> tuple[Item, ...]:
    """The items that were told, or one that stands for the data; never open: the data lies elsewhere."""
    why = _elsewhere(harvest, remote)
    opening = Opening("forbidden" if remote.closed == "forbidden" else "restricted", why)
    told = remote.items or (Item(name=PLACE, title=Text(en="Data at the origin", zh="来源处的数据")),)
    return tuple(
        Item(
            name=item.name,
            title=item.title,
            description=item.description,
            type=item.type,
            level=item.level,
            sharing=Sharing("restricted", why),
            opening=Opening("forbidden", why) if item.level == 4 else opening,
            position=position,
        )
        for position, item in enumerate(told, 1)
    )


def _elsewhere(harvest: Harvest, remote: RemoteEntry) -> Text:
    place = remote.address or harvest.url
    under = f" ({remote.licence})" if remote.licence else ""
    return Text(
        en=f"The data is offered by its origin, {harvest.name}{under}: {place}",
        zh=f"数据由来源“{harvest.name}”提供{under}：{place}",
    )


def _why(harvest: Harvest) -> str:
    return f"harvest {harvest.id}"


def _publish(actor: Actor, harvest: Harvest, dataset_id: str) -> None:
    """Publish what may be: an entry without items waits for its data."""
    now = dataset(dataset_id)
    if harvest.settings.get("publish", True) and now.items and now.state != "published":
        catalog.publish(actor, dataset_id, why=_why(harvest))


def _collect(actor: Actor, harvest: Harvest, origin: Origin, remote: RemoteEntry, file: RemoteFile) -> str:
    """The source that collects the chosen file along the road, with a run on its way; answers the source's id."""
    settings: dict[str, Any] = {"url": file.url}
    # Who publishes elsewhere names the addresses of files: private ones are reached on the catalogue's own host only.
    if harvest.settings.get("allow_private") and host_of(file.url) == host_of(harvest.url):
        settings["allow_private"] = True
    if not origin.source_id:
        origin.source_id = collection.create_source(
            actor, "http", remote.title.zh[:300] or remote.id, settings, dataset_id=origin.dataset_id
        )
    elif source_info(origin.source_id).settings.get("url") != file.url:
        collection.update_source(actor, origin.source_id, {"settings": settings})
    collection.start_run(actor, origin.source_id)
    return origin.source_id


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of an entry when the run began."""

    origin_id: int
    fingerprint: str
    present: bool


def known_entries(harvest_id: str) -> dict[str, Known]:
    """Remote key -> what is known."""
    rows = Origin.objects.filter(harvest_id=harvest_id).values_list(
        "remote_key", "id", "fingerprint", "present"
    )
    return {key: Known(id_, fingerprint, present) for key, id_, fingerprint, present in rows}
