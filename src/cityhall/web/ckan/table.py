"""The table of actions: name -> what answers it, and whether it only reads."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, Final

from cityhall.web.ckan import about, datastore, entering, listing, loading, reading, searching
from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import ActionUnknown
from cityhall.web.ckan.refusing import REFUSED

Action = Callable[[Call], Any]


def help_show(call: Call) -> str:
    """What an action does: `name`."""
    return inspect.getdoc(action(call.text("name"))) or ""


def action(name: str) -> Action:
    """The action of that name. Errors: `ActionUnknown`."""
    found = READS.get(name) or WRITES.get(name)
    if found is None:
        raise ActionUnknown(action=name[:60])
    return found


READS: Final[Mapping[str, Action]] = {
    one.__name__: one
    for one in (
        help_show,
        about.site_read,
        about.status_show,
        about.user_show,
        about.user_list,
        about.package_activity_list,
        about.recently_changed_packages_activity_list,
        reading.package_list,
        reading.package_show,
        reading.current_package_list_with_resources,
        reading.resource_show,
        reading.resource_search,
        reading.resource_view_list,
        searching.package_search,
        listing.organization_list,
        listing.organization_show,
        listing.organization_list_for_user,
        listing.group_list,
        listing.group_show,
        listing.group_package_show,
        listing.tag_list,
        listing.tag_show,
        listing.license_list,
        datastore.datastore_search,
        datastore.datastore_info,
        datastore.datastore_search_sql,
    )
}
_WRITES: Final[dict[str, Action]] = {
    one.__name__: one
    for one in (
        entering.package_create,
        entering.package_update,
        entering.package_patch,
        entering.package_delete,
        entering.organization_create,
        entering.organization_update,
        loading.resource_create,
        loading.resource_update,
        loading.resource_patch,
        loading.datastore_create,
        loading.datastore_upsert,
    )
}
WRITES: Final[Mapping[str, Action]] = {**_WRITES, **REFUSED}
