"""Setting up sources: what they are, how often they deliver, and where secrets may not be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cityhall.catalog.queries import cycles
from cityhall.catalog.queries import dataset as catalogued
from cityhall.collection.errors import KeyMissing, SettingWrong, SourceUnknown
from cityhall.collection.models import Source
from cityhall.collection.owning import owner_of
from cityhall.collection.rules import next_due
from cityhall.collection.sources.credentials import names_secrets, refuse_clear_secrets
from cityhall.identity.queries import require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.kernel.text import Text
from cityhall.ledger.actions import action, record

_MODES = ("replace", "append", "upsert")
_CHANGEABLE = {"name", "settings", "mode", "key", "schedule", "cycle", "enabled"}


@action("collection.create_source")
def create_source(
    actor: Actor,
    kind: str,
    name: str | Text,
    settings: Mapping[str, Any],
    *,
    dataset_id: str = "",
    agency: str = "",
    mode: str = "replace",
    key: tuple[str, ...] = (),
    schedule: str = "",
    cycle: str = "",
    enabled: bool = True,
) -> str:
    """Set up a source (folder, http, api, database, push, remote); answers its id.

    Without a dataset the first run drafts one. `schedule` says when to look (see `rules.next_due`), `cycle` how often
    something new must come (a code of the catalogue's update cycles). Secrets are named in `settings`, never given.
    Sources that reach files, folders, secrets or private addresses of this machine take an operator. Raises
    SettingWrong, BadSchedule, KeyMissing, DatasetUnknown, RightMissing.
    """
    agency_id = catalogued(dataset_id).agency_id if dataset_id else owner_of(actor, agency)
    source = Source(
        kind=kind,
        agency_id=agency_id,
        dataset_id=dataset_id,
        settings=dict(settings),
        mode=mode,
        key=list(key),
        schedule=schedule,
        cycle=cycle,
        enabled=enabled,
        created=clock.now(),
    )
    source.call(name)
    _check(actor, source)
    source.next_due = next_due(schedule, clock.now())
    source.save(force_insert=True)
    record(f"source:{source.id}", kind=kind, dataset=dataset_id, agency=agency_id, mode=mode)
    return source.id


@action("collection.update_source")
def update_source(actor: Actor, source_id: str, changes: Mapping[str, Any]) -> None:
    """Change name, settings, mode, key, schedule, cycle or enabled. Raises as `create_source`, and SourceUnknown."""
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise SourceUnknown(source=source_id)
    for name, value in changes.items():
        if name not in _CHANGEABLE:
            raise SettingWrong(setting=name, why=f"what can be changed: {', '.join(sorted(_CHANGEABLE))}")
        if name == "name":
            source.call(value)
        else:
            setattr(source, name, list(value) if name == "key" else value)
    _check(actor, source)
    source.next_due = next_due(source.schedule, clock.now())
    source.save()
    record(f"source:{source_id}", changed=sorted(changes))


def _check(actor: Actor, source: Source) -> None:
    require(actor, "collection.configure", source.agency_id)
    if source.kind not in set(Source.Kind.values) - {"file"}:
        raise SettingWrong(setting="kind", why=f"it must be one of {', '.join(Source.Kind.values)}")
    if not source.name.strip():
        raise SettingWrong(setting="name", why="a source needs one")
    if source.mode not in _MODES:
        raise SettingWrong(setting="mode", why=f"it must be one of {', '.join(_MODES)}")
    if source.cycle and source.cycle not in {cycle.code for cycle in cycles()}:
        raise SettingWrong(setting="cycle", why="it is not an update cycle of the catalogue")
    if source.mode == "upsert" and not source.key:
        known = catalogued(source.dataset_id).key if source.dataset_id else ()
        if not known:
            raise KeyMissing()
    refuse_clear_secrets(source.settings)
    if _reaches_inside(source):
        require(actor, "collection.reach_inside")


def _reaches_inside(source: Source) -> bool:
    """Whether the source touches what only this machine or its network can see, or carries a secret of it elsewhere."""
    settings = source.settings
    if bool(settings.get("allow_private")) or source.kind == "folder" or names_secrets(settings):
        return True
    if source.kind == "database":
        return str(settings.get("engine")) == "sqlite"
    if source.kind == "remote":
        return not str(settings.get("url", "")).startswith("s3://") or "endpoint_url" in str(
            settings.get("options")
        )
    return False
