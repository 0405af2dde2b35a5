"""Setting up harvests: what they are, how often, and how far they may go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from cityhall.catalog.queries import fields
from cityhall.collection.queries import next_due, refuse_clear_secrets
from cityhall.federation.errors import HarvestKindUnknown, HarvestSettingWrong, HarvestUnknown
from cityhall.federation.feeds.fetching import DEFAULTS
from cityhall.federation.harvesting import FEEDS
from cityhall.federation.models import Harvest
from cityhall.identity.queries import agency, require
from cityhall.kernel import clock
from cityhall.kernel.actor import Actor
from cityhall.ledger.actions import action, record

_CHANGEABLE: Final = {"name", "url", "settings", "schedule", "enabled"}
_FLAGS: Final = {"allow_private", "publish"}
_NUMBERS: Final = {*DEFAULTS, "most_gone", "attempts", "pause_seconds", "timeout_seconds"}
_TEXTS: Final = {"fq", "field"}
SETTINGS: Final = tuple(sorted({*_FLAGS, *_NUMBERS, *_TEXTS, "formats", "headers"}))


@action("federation.create_harvest")
def create_harvest(
    actor: Actor,
    kind: str,
    name: str,
    url: str,
    agency_id: str,
    *,
    settings: Mapping[str, Any] | None = None,
    schedule: str = "",
    enabled: bool = True,
) -> str:
    """Set up the harvest of another catalogue (ckan, dcat, cityhall); answers its id.

    Entries belong to the agency (id or USCC). `schedule` as of sources. Settings: `formats` (to collect, in order of
    preference), `publish` (true), `field`, `fq` (ckan), `headers` (secrets are named), `allow_private`, `most_gone`, and
    the limits `max_pages`, `max_bytes`, `max_page_bytes`, `max_seconds`, `max_datasets`.
    Raises HarvestKindUnknown, HarvestSettingWrong, BadSchedule, AgencyUnknown, RightMissing.
    """
    harvest = Harvest(
        kind=kind,
        name=name.strip()[:200],
        url=url.strip(),
        agency_id=agency(agency_id).id,
        settings=dict(settings or {}),
        schedule=schedule.strip(),
        enabled=enabled,
        created=clock.now(),
    )
    _check(actor, harvest)
    harvest.save(force_insert=True)
    record(f"harvest:{harvest.id}", kind=kind, agency=harvest.agency_id)
    return harvest.id


@action("federation.update_harvest")
def update_harvest(actor: Actor, harvest_id: str, changes: Mapping[str, Any]) -> None:
    """Change name, url, settings, schedule or enabled. Raises as `create_harvest`, and HarvestUnknown."""
    harvest = Harvest.objects.select_for_update().filter(pk=harvest_id).first()
    if harvest is None:
        raise HarvestUnknown(harvest=harvest_id)
    for name, value in changes.items():
        if name not in _CHANGEABLE:
            raise HarvestSettingWrong(
                setting=name, why=f"what can be changed: {', '.join(sorted(_CHANGEABLE))}"
            )
        setattr(harvest, name, value)
    _check(actor, harvest)
    harvest.save()
    record(f"harvest:{harvest_id}", changed=sorted(changes))


def _check(actor: Actor, harvest: Harvest) -> None:
    require(actor, "federation.configure")
    if harvest.kind not in FEEDS:
        raise HarvestKindUnknown(kind=harvest.kind[:40], known=", ".join(FEEDS))
    if not harvest.name:
        raise HarvestSettingWrong(setting="name", why="it must be text")
    parts = urlsplit(harvest.url)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or len(harvest.url) > 1000
    ):
        raise HarvestSettingWrong(setting="url", why="it must be an http or https address without a user")
    _check_settings(harvest.settings)
    refuse_clear_secrets(harvest.settings)
    if harvest.settings.get("allow_private"):
        require(actor, "collection.reach_inside")
    harvest.next_due = next_due(harvest.schedule, clock.now())


def _check_settings(settings: Mapping[str, Any]) -> None:
    for name, value in settings.items():
        if name not in SETTINGS:
            raise HarvestSettingWrong(setting=name, why=f"known settings are {', '.join(SETTINGS)}")
        if name in _FLAGS and not isinstance(value, bool):
            raise HarvestSettingWrong(setting=name, why="it must be true or false")
        if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float) or value < 0):
            raise HarvestSettingWrong(setting=name, why="it must be a number from 0 up")
        if name in _TEXTS and not isinstance(value, str):
            raise HarvestSettingWrong(setting=name, why="it must be text")
    _check_forms(settings)


def _check_forms(settings: Mapping[str, Any]) -> None:
    formats = settings.get("formats", [])
    if not isinstance(formats, list) or not all(isinstance(one, str) for one in formats):
        raise HarvestSettingWrong(setting="formats", why="it must be a list such as [CSV, XLSX]")
    if not isinstance(settings.get("headers", {}), Mapping):
        raise HarvestSettingWrong(setting="headers", why="it must be a table of names and values")
    field = settings.get("field", "")
    if field and field not in {one.code for one in fields()}:
        raise HarvestSettingWrong(setting="field", why="it is not a field of data of this catalogue")
