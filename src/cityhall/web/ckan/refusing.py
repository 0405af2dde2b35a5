"""What CKAN can do and this face does not: each refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import NotMapped

_FIELDS = "groups are the fields of data, which the operator loads"
_PEOPLE = "people are registered by the operator, and never listed"
_ERASED = "nothing is ever erased; withdraw the dataset with package_delete"
_ONE_TABLE = "a dataset is one table; load its next version with resource_update"
_WHY: Final[Mapping[str, str]] = {
    "group_create": _FIELDS,
    "group_update": _FIELDS,
    "group_patch": _FIELDS,
    "group_delete": _FIELDS,
    "user_create": _PEOPLE,
    "user_update": _PEOPLE,
    "user_patch": _PEOPLE,
    "user_delete": _PEOPLE,
    "user_invite": _PEOPLE,
    "member_create": _PEOPLE,
    "organization_member_create": _PEOPLE,
    "organization_delete": "agencies are never erased",
    "organization_purge": "agencies are never erased",
    "dataset_purge": _ERASED,
    "resource_delete": _ONE_TABLE,
    "datastore_delete": "rows leave with the next version; nothing is erased by hand",
    "datastore_records_delete": "rows leave with the next version; nothing is erased by hand",
    "datastore_function_create": "no code from outside is run",
    "package_revise": "change the entry with package_patch and its data with resource_update",
    "package_collaborator_create": "rights belong to agencies, not to single datasets",
    "resource_view_create": "preview, charts and map are made from the recognised items",
    "tag_create": "keywords are written with the dataset",
    "vocabulary_create": "keywords are free",
    "bulk_update_private": "publish and withdraw datasets one by one, with package_patch",
    "bulk_update_delete": "withdraw datasets one by one, with package_delete",
}


def _refusal(name: str, why: str) -> Callable[[Call], Any]:
    def refuse(_call: Call) -> None:
        raise NotMapped(action=name, why=why)

    refuse.__name__ = name
    refuse.__doc__ = f"Not offered: {why}."
    return refuse


REFUSED: Final[Mapping[str, Callable[[Call], Any]]] = {
    name: _refusal(name, why) for name, why in _WHY.items()
}
