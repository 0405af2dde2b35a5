"""What the values of a dimension are called: agencies, divisions, classes, states, people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cityhall.cases.declaring.shapes import CaseType
from cityhall.identity.queries import agencies, people
from cityhall.kernel.text import Text
from cityhall.places.queries import division_titles

NOBODY = Text(en="Nobody yet", zh="尚未分派")
NOWHERE = Text(en="Place unknown", zh="位置不明")
DIMENSIONS: Mapping[str, Text] = {
    "agency": Text(en="Responsible unit", zh="责任单位"),
    "district": Text(en="District", zh="区县"),
    "street": Text(en="Street", zh="街道"),
    "community": Text(en="Community", zh="社区"),
    "area": Text(en="Area", zh="区域"),
    "kind": Text(en="Kind", zh="类别"),
    "state": Text(en="State", zh="状态"),
    "opener": Text(en="Inspector", zh="采集员"),
    "version": Text(en="Version of the rules", zh="规则版本"),
}


def dimension_title(made: CaseType, name: str) -> Text:
    """What a dimension is called for this type: area and kind are called as the form calls them."""
    own = {"area": made.area, "kind": made.kind}.get(name, "")
    return made.fields[own].title if own else DIMENSIONS.get(name, Text(en=name, zh=name))


def dimensions_of(made: CaseType) -> tuple[str, ...]:
    """The dimensions that make sense for a type's figures."""
    cell = made.fields[made.area].type if made.area else ""
    placed = {"cell": ("district", "street", "area"), "division": ("district",)}.get(
        cell, ("area",) if cell else ()
    )
    return ("agency", *placed, *(("kind",) if made.kind else ()), "state")


def titles(made: CaseType, by: str, keys: Iterable[str]) -> dict[str, Text]:
    """The words for the values of a dimension; a value without words is itself."""
    wanted = list(keys)
    known = _known(made, by, wanted)
    empty = NOBODY if by in ("agency", "opener") else NOWHERE
    return {key: known.get(key) or (Text(en=key, zh=key) if key else empty) for key in wanted}


def _known(made: CaseType, by: str, keys: list[str]) -> dict[str, Text]:
    match by:
        case "agency":
            return {one.id: one.name for one in agencies()}
        case "district" | "street" | "community":
            return division_titles([key for key in keys if key])
        case "kind" if made.kind and made.fields[made.kind].table:
            table = made.tables[made.fields[made.kind].table]
            return {code: dated[-1].title for code, dated in table.rows.items()}
        case "kind" if made.kind:
            return dict(made.fields[made.kind].options)
        case "state":
            return {state.id: state.title for state in made.states}
        case "opener":
            return {
                one.id: Text(en=one.public_name or one.username, zh=one.public_name or one.username)
                for one in people()
            }
    return {}
