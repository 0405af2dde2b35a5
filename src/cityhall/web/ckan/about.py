"""About the site: what it is, who asks, what changed, what the actions are for."""

from __future__ import annotations

import re
from typing import Any, Final

from django.conf import settings

from cityhall import __version__
from cityhall.catalog.queries import ChangeSeen, recent_changes
from cityhall.identity.queries import can
from cityhall.kernel.actor import Actor
from cityhall.web.ckan.calls import Call, address
from cityhall.web.ckan.errors import ThingUnknown
from cityhall.web.ckan.packages import moment, words
from cityhall.web.ckan.reading import seen
from cityhall.web.words import catalogue

CKAN_LEVEL: Final = "2.11.0"
"""The release of CKAN whose action API this face follows."""
_VERBS: Final = {"publish": "new package", "withdraw": "deleted package"}


def site_read(_call: Call) -> bool:
    """Whether the site may be read: it may."""
    return True


def status_show(_call: Call) -> dict[str, Any]:
    """What this site is."""
    return {
        "ckan_version": CKAN_LEVEL,
        "cityhall_version": __version__,
        "site_url": address(),
        "site_title": words(catalogue()["site.name"]),
        "site_description": words(catalogue()["site.description"]),
        "locale_default": settings.LANGUAGE_CODE,
        "error_emails_to": None,
        "extensions": ["datastore", "dcat"],
    }


def user_show(call: Call) -> dict[str, Any]:
    """The holder of the key that was sent; nobody else is shown to anybody."""
    me = user_of(call.actor)
    if not me or call.text("id", me["name"]) not in (me["id"], me["name"]):
        raise ThingUnknown(kind="user")
    return me


def user_list(call: Call) -> list[Any]:
    """The holder of the key that was sent, and nobody else."""
    me = user_of(call.actor)
    if not me:
        return []
    return [me] if call.flag("all_fields", default=True) else [me["name"]]


def user_of(actor: Actor) -> dict[str, Any]:
    """The actor as a user; empty for nobody in particular."""
    if actor.kind == "anonymous":
        return {}
    name = re.sub(r"[^a-z0-9_-]+", "-", actor.name.lower()).strip("-")
    return {
        "id": actor.id,
        "name": name if len(name) > 1 else actor.id,
        "display_name": actor.name,
        "fullname": actor.name,
        "state": "active",
        "sysadmin": can(actor, "identity.manage"),
        "about": None,
        "created": None,
        "number_created_packages": 0,
    }


def package_activity_list(call: Call) -> list[dict[str, Any]]:
    """What changed in one dataset's entry since it was published, the newest first; `limit` (31), `offset`."""
    one = seen(call, call.text("id")).dataset
    return [_activity(change) for change in _changes(call, one.id)]


def recently_changed_packages_activity_list(call: Call) -> list[dict[str, Any]]:
    """What changed in the published catalogue, the newest first; `limit` (31, at most 100), `offset`."""
    return [_activity(change) for change in _changes(call, "")]


def _changes(call: Call, dataset_id: str) -> tuple[ChangeSeen, ...]:
    start, limit = call.number("offset", 0, most=1_000_000), call.number("limit", 31, most=100)
    return recent_changes(dataset_id, start, limit)


def _activity(change: ChangeSeen) -> dict[str, Any]:
    """Who did it is not told: that is in the ledger, for those who may read it."""
    return {
        "id": f"{change.dataset_id}-r{change.revision}",
        "timestamp": moment(change.at),
        "object_id": change.dataset_id,
        "user_id": "",
        "revision_id": None,
        "activity_type": _VERBS.get(change.verb, "changed package"),
        "data": {"package": {"id": change.dataset_id}},
    }
