"""Reading what datasets are sorted by: organizations, groups, tags, licences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cityhall.catalog.queries import Compare, Every, Field, Where, fields, licences
from cityhall.identity.queries import AgencyInfo, agencies, scopes
from cityhall.opening import queries as opening
from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import ThingUnknown
from cityhall.web.ckan.naming import group, group_name, organization, organization_name
from cityhall.web.ckan.packages import organization_dict, packages, tag_dict, words
from cityhall.web.ckan.reading import NEWEST
from cityhall.web.ckan.searching import MOST_ROWS

_ALL: Final = 100_000


def organization_list(call: Call) -> list[Any]:
    """The agencies: their names, or everything with `all_fields`; `organizations`, `limit`, `offset`."""
    chosen = set(call.names("organizations"))
    found = [one for one in agencies() if not chosen or {one.id, organization_name(one)} & chosen]
    page = _page(call, found)
    if not call.flag("all_fields"):
        return [organization_name(one) for one in page]
    counts = dict(opening.published_tally(Every(), "agency"))
    return [_organization(one, counts.get(one.id, 0)) for one in page]


def organization_show(call: Call) -> dict[str, Any]:
    """One agency by id, name or credit code; `include_datasets` adds its newest 1000."""
    one = organization(call.text("id"))
    where = Compare("agency", "is", one.id)
    return _with_datasets(call, _organization(one, _count(where)), where)


def organization_list_for_user(call: Call) -> list[dict[str, Any]]:
    """The agencies for which the holder of the key may edit."""
    own = scopes(call.actor, "catalog.edit")
    return [_organization(one, 0) for one in agencies() if "" in own or one.id in own]


def group_list(call: Call) -> list[Any]:
    """The fields of data: their names, or everything with `all_fields`; `groups`, `limit`, `offset`."""
    chosen = set(call.names("groups"))
    found = [one for one in fields() if not chosen or {one.code, group_name(one.code)} & chosen]
    page = _page(call, found)
    if not call.flag("all_fields"):
        return [group_name(one.code) for one in page]
    counts = dict(opening.published_tally(Every(), "field"))
    return [_group(one, counts.get(one.code, 0)) for one in page]


def group_show(call: Call) -> dict[str, Any]:
    """One field of data; `include_datasets` adds its newest 1000."""
    one = group(call.text("id"))
    where = Compare("field", "is", one.code)
    return _with_datasets(call, _group(one, _count(where)), where)


def group_package_show(call: Call) -> list[dict[str, Any]]:
    """The datasets of a field, those changed last first; `limit` (at most 1000)."""
    where = Compare("field", "is", group(call.text("id")).code)
    limit = call.number("limit", MOST_ROWS, most=MOST_ROWS)
    return packages(opening.published(call.actor, where, NEWEST, 0, limit).entries)


def tag_list(call: Call) -> list[Any]:
    """The keywords in use, in their order; `query` asks for those with a text inside, `all_fields` for objects."""
    if call.text("vocabulary_id", ""):
        raise ThingUnknown(kind="vocabulary")
    query = call.text("query", "").casefold()
    found = sorted(
        word for word, _ in opening.published_tally(Every(), "keyword") if query in word.casefold()
    )
    return [tag_dict(word) for word in found] if call.flag("all_fields") else found


def tag_show(call: Call) -> dict[str, Any]:
    """One keyword; `include_datasets` adds its newest 1000 datasets."""
    word = call.text("id")
    where = Compare("keyword", "is", word)
    if not _count(where):
        raise ThingUnknown(kind="tag")
    return _with_datasets(call, tag_dict(word), where)


def license_list(_call: Call) -> list[dict[str, Any]]:
    """The licences that a dataset may carry."""
    return [
        {
            "id": one.code,
            "title": words(one.title),
            "url": one.uri,
            "status": "active",
            "od_conformance": "approved" if one.open else "not reviewed",
            "is_okd_compliant": one.open,
            "domain_data": True,
        }
        for one in licences()
    ]


def _page(call: Call, found: Sequence[Any]) -> Sequence[Any]:
    start = call.number("offset", 0)
    return found[start : start + call.number("limit", _ALL)]


def _count(where: Where) -> int:
    return len(opening.published_codes(where))


def _organization(one: AgencyInfo, count: int) -> dict[str, Any]:
    return organization_dict(one) | {
        "display_name": words(one.name),
        "package_count": count,
        "title_translated": one.name.as_dict(),
        "num_followers": 0,
        "users": [],
        "tags": [],
        "groups": [],
        "extras": [
            {"key": "uscc", "value": one.uscc},
            {"key": "level", "value": one.level},
            {"key": "division", "value": one.division},
        ],
    }


def _group(one: Field, count: int) -> dict[str, Any]:
    name = group_name(one.code)
    return {
        "id": name,
        "name": name,
        "title": words(one.title),
        "display_name": words(one.title),
        "title_translated": one.title.as_dict(),
        "description": "",
        "type": "group",
        "is_organization": False,
        "image_url": "",
        "image_display_url": "",
        "state": "active",
        "approval_status": "approved",
        "package_count": count,
        "num_followers": 0,
        "users": [],
        "tags": [],
        "groups": [],
        "extras": [],
    }


def _with_datasets(call: Call, one: dict[str, Any], where: Where) -> dict[str, Any]:
    if not call.flag("include_datasets"):
        return one
    return one | {"packages": packages(opening.published(call.actor, where, NEWEST, 0, MOST_ROWS).entries)}
