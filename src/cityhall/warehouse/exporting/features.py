"""GeoJSON (RFC 7946): a row is a feature, in WGS 84, longitude first."""

from __future__ import annotations

from collections.abc import Sequence

from cityhall.kernel.sql import quoted, text_literal
from cityhall.warehouse.errors import QueryUnusable
from cityhall.warehouse.exporting.columns import Shown
from cityhall.warehouse.query.fragments import Fragment, joined


def feature_columns(shown: Sequence[Shown], lon: str, lat: str) -> Fragment:
    """The members of a feature as columns. The geometry comes from the geometry item (GeoJSON text), or from two
    items with numbers; it is null where they are empty. Errors: `QueryUnusable` when there is neither.
    """
    geometry, used = _geometry(shown, lon, lat)
    rest = [one for one in shown if one.heading not in used]
    properties = Fragment(
        "{" + ", ".join(f"{text_literal(one.heading)}: {one.sql.sql}" for one in rest) + "}"
        if rest
        else "NULL::JSON",
        tuple(value for one in rest for value in one.sql.values),
    )
    sql = f'\'Feature\' AS "type", {geometry.sql} AS "geometry", {properties.sql} AS "properties"'
    return Fragment(sql, geometry.values + properties.values)


def _geometry(shown: Sequence[Shown], lon: str, lat: str) -> tuple[Fragment, set[str]]:
    for one in shown:
        if one.column.type == "geometry":
            return Fragment(f"TRY_CAST({one.sql.sql} AS JSON)", one.sql.values), {one.heading}
    found = {one.heading: one for one in shown}
    if lon not in found or lat not in found:
        raise QueryUnusable(reason="GeoJSON needs a geometry item, or two items with longitude and latitude")
    east, north = (
        Fragment(f"TRY_CAST({found[name].sql.sql} AS DOUBLE)", found[name].sql.values) for name in (lon, lat)
    )
    point = f"{{'type': 'Point', 'coordinates': [{east.sql}, {north.sql}]}}"
    there = joined("AND", (Fragment(f"{quoted(name)} IS NOT NULL") for name in (lon, lat)), "TRUE")
    return Fragment(f"CASE WHEN {there.sql} THEN {point} END", east.values + north.values), {lon, lat}
