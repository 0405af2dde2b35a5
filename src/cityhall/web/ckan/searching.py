"""package_search: words, filters, facets and pages over the published catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cityhall.catalog.queries import Compare, Every, Order, Where
from cityhall.opening import queries as opening
from cityhall.opening.queries import FetchablePage
from cityhall.web.ckan import solr
from cityhall.web.ckan.calls import Call
from cityhall.web.ckan.errors import ParameterWrong, PrivateRefused
from cityhall.web.ckan.meaning import FORMAT_CODES, condition, open_with_data, order
from cityhall.web.ckan.naming import group_name, organization_name
from cityhall.web.ckan.packages import Surroundings, packages, surroundings, words

ROWS: Final = 10
MOST_ROWS: Final = 1000
DEEPEST: Final = 1_000_000
FACET_ROWS: Final = 50
MOST_RANKED: Final = 500
_BY_MATCH: Final = ("score", "relevance")
_REFUSED: Final = ("include_private", "include_drafts", "include_deleted")


def package_search(call: Call) -> dict[str, Any]:
    """Search the published datasets: `q`, `fq` (or `fq_list`), `sort`, `rows` (10, at most 1000), `start`,
    `facet.field`, `facet.limit`, `facet.mincount`.
    """
    refuse_private(call)
    best = _best(call)
    where = Every((_words(call) if best is None else Compare("id", "among", best), *_filters(call)))
    sort = call.text("sort", "score desc")
    found = _page(call, where, best if sort.split()[0] in _BY_MATCH else None, order(sort))
    facets = _facets(call, where)
    return {
        "count": found.total,
        "sort": sort,
        "results": packages(found.entries),
        "facets": {name: {one["name"]: one["count"] for one in items} for name, items in facets.items()},
        "search_facets": {name: {"title": name, "items": items} for name, items in facets.items()},
    }


def _best(call: Call) -> tuple[str, ...] | None:
    """The ids of the datasets that hold what a person typed, the best match first, as the portal's search finds them;
    None when nothing was typed, it is Solr syntax, or so many match that their order says little.
    """
    q = call.text("q", "").strip()
    if not q or ":" in q or not solr.plain(q).parts:
        return None
    found = opening.search(call.actor, opening.Search(text=q), 0, MOST_RANKED)
    return None if found.exact > MOST_RANKED else tuple(hit.entry.id for hit in found.hits if not hit.close)


def _page(
    call: Call, where: Where, best: tuple[str, ...] | None, sort: tuple[tuple[Order, bool], ...]
) -> FetchablePage:
    """The page asked for, in the order of the matches or as sorted."""
    rows, start = call.number("rows", ROWS, most=MOST_ROWS), call.number("start", 0, most=DEEPEST)
    if best is None:
        return opening.published(call.actor, where, sort, start, rows)
    matching = {key for key, _ in opening.published_codes(where)}
    kept = [key for key in best if key in matching]
    wanted = tuple(kept[start : start + rows])
    found = opening.published(call.actor, Compare("id", "among", wanted), (), 0, rows)
    by_id = {one.dataset.id: one for one in found.entries}
    return FetchablePage(tuple(by_id[key] for key in wanted if key in by_id), len(kept))


def refuse_private(call: Call) -> None:
    """Drafts and withdrawn entries are not searched, whoever asks. Errors: `PrivateRefused`."""
    if any(call.flag(name) for name in _REFUSED):
        raise PrivateRefused()


def _words(call: Call) -> Where:
    """`q` is Solr syntax when it names a field, else what a person typed."""
    q = call.text("q", "").strip()
    return condition(solr.read(q) if ":" in q else solr.plain(q))


def _filters(call: Call) -> list[Where]:
    given = call.json("fq_list") or []
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ParameterWrong(name="fq_list", why="a list of texts is expected")
    fq = call.given.get("fq") or []
    several = fq if isinstance(fq, list) else [call.text("fq", "")]
    return [condition(solr.read(str(one))) for one in (*several, *given) if str(one).strip()]


def _facets(call: Call, where: Where) -> dict[str, list[dict[str, Any]]]:
    asked = call.names("facet.field")
    if not asked or not call.flag("facet", default=True):
        return {}
    limit = call.number("facet.limit", FACET_ROWS, least=-1)
    least = call.number("facet.mincount", 1)
    around = surroundings()
    counted = {name: _FACETS.get(name, _none)(where, around) for name in asked}
    return {
        name: [one for one in items if one["count"] >= least][: None if limit < 0 else limit]
        for name, items in counted.items()
    }


Items = list[dict[str, Any]]


def _item(name: str, title: str, count: int) -> dict[str, Any]:
    return {"name": name, "display_name": title, "count": count}


def _organizations(where: Where, around: Surroundings) -> Items:
    found = ((around.agencies[key], count) for key, count in opening.published_tally(where, "agency"))
    return [_item(organization_name(one), words(one.name), count) for one, count in found]


def _groups(where: Where, around: Surroundings) -> Items:
    found = ((around.fields[key], count) for key, count in opening.published_tally(where, "field"))
    return [_item(group_name(one.code), words(one.title), count) for one, count in found]


def _licences(where: Where, around: Surroundings) -> Items:
    found = (
        (around.licences.get(key), key, count) for key, count in opening.published_tally(where, "licence")
    )
    return [_item(key, words(one.title) if one else key, count) for one, key, count in found]


def _tags(where: Where, _around: Surroundings) -> Items:
    return [_item(key, key, count) for key, count in opening.published_tally(where, "keyword")]


def _formats(where: Where, _around: Surroundings) -> Items:
    """Every entry with data that is open comes in each of these."""
    count = len(opening.published_codes(Every((where, open_with_data()))))
    return [_item(code, code, count) for code in sorted(FORMAT_CODES)]


def _none(_where: Where, _around: Surroundings) -> Items:
    return []


_FACETS: Final[Mapping[str, Callable[[Where, Surroundings], Items]]] = {
    "organization": _organizations,
    "groups": _groups,
    "license_id": _licences,
    "tags": _tags,
    "res_format": _formats,
}
