"""Queries as they arrive: a JSON object, or the parameters of a URL.

URL parameters: `item=value` and `item__op=value` (repeat `item=` for any of several values; `in` and
`between` take values separated by commas), `select=a,b`, `sort=-amount,name`, `limit`, `after`,
`group_by=a,b`, `agg=sum:amount` (or `sum:amount:name`), `bbox=west,south,east,north` with `lon` and `lat`
naming the items. An item called like one of these is written `limit__eq=5`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cityhall.warehouse.errors import OperatorUnknown, QueryUnusable
from cityhall.warehouse.query.language import FNS, OPS, Aggregate, AnyOf, Box, Condition, Direction, Query

_ALIASES = {"gte": "ge", "lte": "le", "startswith": "starts", "exact": "eq", "neq": "ne"}
_LISTS = ("in", "between")
_BARE = ("isnull", "notnull")
_WORDS = ("select", "sort", "limit", "after", "group_by", "agg", "bbox", "lon", "lat")
_KEYS = {"select", "where", "order", "after", "limit", "group_by", "aggregates", "bbox"}


def from_params(pairs: Iterable[tuple[str, str]], *, default_limit: int = 100) -> Query:
    """The query of a URL's parameters. Names of items are checked when it meets a version. Errors:
    `QueryUnusable`.
    """
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        given[name].append(value)
    word = {name: given.pop(name)[-1] for name in _WORDS if name in given and name != "agg"}
    bbox = (
        _edges(word["bbox"].split(","), word.get("lon", "lon"), word.get("lat", "lat"))
        if "bbox" in word
        else None
    )
    return Query(
        select=_names(word.get("select", "")),
        order=tuple(_sorted_by(name) for name in _names(word.get("sort", ""))),
        limit=_whole(word.get("limit", default_limit)),
        after=word.get("after") or None,
        group_by=_names(word.get("group_by", "")),
        aggregates=tuple(_short_aggregate(text) for text in given.pop("agg", [])),
        where=tuple(part for name, values in given.items() for part in _filters(name, values)),
        bbox=bbox,
    )


def from_json(body: Any, *, default_limit: int = 100) -> Query:
    """The query of a JSON object with the fields of `Query`: conditions are `{"item", "op", "value"}` or `{"any":
    [conditions]}`, `order` is `["-amount", "name"]`, aggregates are `{"fn", "item", "alias"}`, `bbox` is `{"west",
    "south", "east", "north"}`. Errors: `QueryUnusable`, `OperatorUnknown`.
    """
    if not isinstance(body, Mapping) or not set(body) <= _KEYS:
        raise QueryUnusable(reason=f"an object with {', '.join(sorted(_KEYS))} is expected")
    after, bbox = body.get("after"), body.get("bbox")
    if after is not None and not isinstance(after, str):
        raise QueryUnusable(reason="after is the text of a page mark")
    return Query(
        select=_strings(body.get("select", ())),
        where=tuple(_part(part) for part in _list(body.get("where", ()))),
        order=tuple(_sorted_by(name) for name in _strings(body.get("order", ()))),
        after=after,
        limit=_whole(body.get("limit", default_limit)),
        group_by=_strings(body.get("group_by", ())),
        aggregates=tuple(_aggregate(_object(one)) for one in _list(body.get("aggregates", ()))),
        bbox=None if bbox is None else _box(_object(bbox)),
    )


def _filters(name: str, values: list[str]) -> Iterable[Condition]:
    item, op = _item_and_op(name)
    if op == "eq" and len(values) > 1:
        yield _condition(item, "in", values)
    elif op in _LISTS:
        yield _condition(item, op, [one for value in values for one in value.split(",")])
    elif op in _BARE:
        wanted = values[-1].lower() not in ("0", "false", "no")
        yield _condition(item, op if wanted else _BARE[1 - _BARE.index(op)], None)
    else:
        yield from (_condition(item, op, value) for value in values)


def _item_and_op(name: str) -> tuple[str, str]:
    item, separator, op = name.rpartition("__")
    op = _ALIASES.get(op, op)
    return (item, op) if separator and item and op in OPS else (name, "eq")


def _condition(item: str, op: str, value: Any) -> Condition:
    known = {one: one for one in OPS}
    if op not in known:
        raise OperatorUnknown(op=str(op)[:80], item=item[:80], known=", ".join(OPS))
    return Condition(item, known[op], value)


def _part(part: Any, *, nested: bool = False) -> Condition | AnyOf:
    one = _object(part)
    if set(one) == {"any"} and not nested:
        inner = tuple(_part(each, nested=True) for each in _list(one["any"]))
        return AnyOf(tuple(each for each in inner if isinstance(each, Condition)))
    if not {"item", "op"} <= set(one) <= {"item", "op", "value"} or not isinstance(one["item"], str):
        raise QueryUnusable(reason="a condition is an object of item, op and value")
    op = one["op"] if isinstance(one["op"], str) else repr(one["op"])
    return _condition(one["item"], _ALIASES.get(op, op), one.get("value"))


def _sorted_by(name: str) -> tuple[str, Direction]:
    return (name[1:], "desc") if name.startswith("-") else (name.removeprefix("+"), "asc")


def _short_aggregate(text: str) -> Aggregate:
    fn, _, rest = text.partition(":")
    item, _, alias = rest.partition(":")
    return _aggregate({"fn": fn, "item": item or "*", "alias": alias})


def _aggregate(one: Mapping[str, Any]) -> Aggregate:
    fn, item, alias = one.get("fn"), one.get("item") or "*", one.get("alias") or ""
    if not set(one) <= {"fn", "item", "alias"} or not all(
        isinstance(text, str) for text in (fn, item, alias)
    ):
        raise QueryUnusable(reason="an aggregate is an object of fn, item and alias")
    known = {each: each for each in FNS}
    if fn not in known:
        raise OperatorUnknown(op=str(fn)[:80], item=item[:80], known=", ".join(FNS))
    return Aggregate(known[fn], item, alias or (fn if item == "*" else f"{fn}_{item}"))


def _box(one: Mapping[str, Any]) -> Box:
    edges = ("west", "south", "east", "north")
    if not set(edges) <= set(one) <= {*edges, "lon", "lat"}:
        raise QueryUnusable(reason="bbox is an object of west, south, east, north and the items lon, lat")
    lon, lat = _strings([one.get("lon", "lon"), one.get("lat", "lat")])
    return _edges([one[edge] for edge in edges], lon, lat)


def _edges(values: list[Any], lon: str, lat: str) -> Box:
    try:
        west, south, east, north = (Decimal(str(value).strip()) for value in values)
    except (InvalidOperation, ValueError) as error:
        raise QueryUnusable(reason="bbox has four numbers: west, south, east, north") from error
    if not all(edge.is_finite() and -1000 <= edge <= 1000 for edge in (west, south, east, north)):
        raise QueryUnusable(reason="bbox is in degrees")
    return Box(float(west), float(south), float(east), float(north), lon, lat)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise QueryUnusable(reason="limit is a whole number")
    try:
        return int(value) if len(str(value)) < 10 else 10**9
    except ValueError as error:
        raise QueryUnusable(reason="limit is a whole number") from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise QueryUnusable(reason="a list is expected")
    return list(value)


def _strings(value: Any) -> tuple[str, ...]:
    found = _list(value)
    if not all(isinstance(one, str) for one in found):
        raise QueryUnusable(reason="a list of names is expected")
    return tuple(found)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise QueryUnusable(reason="an object is expected")
    return value
