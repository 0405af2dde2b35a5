"""Reading the catalogue: packages and their resources."""

from __future__ import annotations

from typing import Any, Final

from cityhall.catalog.queries import Every, Where
from cityhall.opening import queries as opening
from cityhall.opening.queries import Fetchable
from cityhall.web.ckan import solr
from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import SearchUnusable, ThingUnknown
from cityhall.web.ckan.meaning import condition
from cityhall.web.ckan.naming import package_name, resource_parts
from cityhall.web.ckan.packages import package, packages, resource
from cityhall.web.ckan.searching import DEEPEST, MOST_ROWS, refuse_private

NEWEST: Final = (("modified", True),)
MOST_TERMS: Final = 10


def package_list(call: Call) -> list[str]:
    """The names of all published datasets, in the order of their codes; `limit` and `offset` cut a piece out."""
    refuse_private(call)
    limit = call.number("limit", 0)
    found = opening.published_codes(Every(), call.number("offset", 0, most=DEEPEST), limit or None)
    return [package_name(*one) for one in found]


def package_show(call: Call) -> dict[str, Any]:
    """One dataset by id, name or code. An agency's key also shows its own drafts and withdrawn entries."""
    return package(seen(call, call.text("id")))


def current_package_list_with_resources(call: Call) -> list[dict[str, Any]]:
    """Datasets with their resources, those changed last first; `limit` (at most 1000), `offset` or `page`."""
    limit = call.number("limit", 100, most=MOST_ROWS)
    start = call.number("offset", limit * max(call.number("page", 1, most=DEEPEST) - 1, 0), most=DEEPEST)
    return packages(opening.published(call.actor, Every(), NEWEST, start, limit).entries)


def resource_show(call: Call) -> dict[str, Any]:
    """One resource: a dataset in one format."""
    return resource_of(call, call.text("id"))


def resource_view_list(call: Call) -> list[dict[str, Any]]:
    """The views of a resource: none, the preview is on the dataset's page."""
    resource_of(call, call.text("id"))
    return []


def resource_search(call: Call) -> dict[str, Any]:
    """Resources by `query` terms `field:text` (name, description, format, url, id); `offset`, `limit`."""
    given = call.json("query")
    terms = [str(one) for one in given] if isinstance(given, list) else [call.text("query")]
    wanted = [_term(one) for one in terms[:MOST_TERMS]]
    formats = {text.upper() for name, text in wanted if name == "format"}
    words = [text for name, text in wanted if name != "format"]
    where = Every((_containing(words), opening.with_data()))
    if len(opening.published_codes(where)) > MOST_ROWS:
        raise SearchUnusable(why=f"it matches more than {MOST_ROWS} datasets; say more")
    found = opening.published(call.actor, where, (("id", False),), 0, MOST_ROWS)
    every = [one for entry in packages(found.entries) for one in entry["resources"]]
    matching = [one for one in every if not formats or one["format"] in formats]
    start, limit = call.number("offset", 0), call.number("limit", 100, most=MOST_ROWS)
    return {"count": len(matching), "results": matching[start : start + limit]}


def _term(text: str) -> tuple[str, str]:
    name, between, value = text.partition(":")
    if not between or name not in ("name", "description", "format", "url", "id", "hash"):
        raise SearchUnusable(why="a term is name:text, description:text, format:text, url:text or id:text")
    return name, value.strip()


def _containing(words: list[str]) -> Where:
    return Every(tuple(condition(solr.plain(one)) for one in words))


def seen(call: Call, id_or_name: str) -> Fetchable:
    """A dataset that the caller may know of as a package. Errors: `DatasetHidden`, `ThingUnknown`."""
    found, decision = opening.dataset_for(call.actor, id_or_name, "page")
    if found.state != "published" and decision.viewpoint != "owner":
        raise ThingUnknown(kind="package")
    return opening.fetchable(call.actor, (found,))[0]


def resource_of(call: Call, id_: str) -> dict[str, Any]:
    """A resource that the caller may fetch. Errors: `ThingUnknown`, `DatasetHidden`."""
    dataset_id, code = resource_parts(id_)
    one = seen(call, dataset_id)
    for position, (kind, file) in enumerate(one.forms):
        if kind.code == code:
            return resource(one, kind, file, position)
    raise ThingUnknown(kind="resource")
