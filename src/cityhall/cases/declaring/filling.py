"""Who fills which field of a form (`by:`), and what stands there when nobody was asked (`default:`). That a report lacks what its
reporter cannot know is blamed on the declaration, not on the reporter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cityhall.cases.declaring.shapes import Act, CaseType, Field
from cityhall.cases.declaring.strict import Document

_NUMBERS = {"number": (int, float), "money": (int, float), "integer": (int,)}
_NEVER = frozenset({"point", "file", "files", "items"})


def default_of(field: Field, holds: Callable[[str], bool]) -> Any:
    """The first default that is for everybody, or for a role that `holds`; None when there is none."""
    return next((one.value for one in field.defaults if not one.by or any(map(holds, one.by))), None)


def check_filling(made: CaseType, document: Document) -> None:
    """Blame what a new case must have and its reporter cannot give, and defaults that never are or cannot be."""
    openings = [act for act in made.acts if act.opens]
    for field in made.fields.values():
        place = ("form", field.id)
        for act in openings:
            for role in _unable(made, act, field):
                document.blame(
                    "field.unfillable",
                    place,
                    "{field} is required, but {role} who does {act} does not fill it: give it a default:, or from: a point",
                    "{field} 必填，而执行 {act} 的 {role} 不填写它：请给出 default，或用 from 由位置得出",
                    field=field.id,
                    role=role,
                    act=act.id,
                )
        if field.defaults and not any(field.id in {*act.needs, *act.takes} for act in openings):
            document.blame(
                "default.idle",
                (*place, "default"),
                "No act that opens a case takes {field}, so its default never stands",
                "没有立案操作填写 {field}，默认值不会生效",
                field=field.id,
            )
        for one in field.defaults:
            if not _fits(made, field, one.value):
                document.blame(
                    "default.wrong",
                    (*place, "default"),
                    "{value} does not fit {field}",
                    "{value} 不适用于 {field}",
                    value=one.value,
                    field=field.id,
                )


def _unable(made: CaseType, act: Act, field: Field) -> list[str]:
    """The roles that open a case by this act, must say something in the field, and neither fill it nor have it filled."""
    follows = field.source in {*act.needs, *act.takes}
    if not field.by or follows or not (field.required or field.id in act.needs):
        return []
    return [
        role
        for role in act.by
        if _who(made, role) != "system"
        and not any(_covers(made, one, role) for one in field.by)
        and default_of(field, lambda name, role=role: _covers(made, name, role)) is None  # type: ignore[misc]
    ]


def _covers(made: CaseType, name: str, role: str) -> bool:
    """Whether everybody who opens a case in `role` holds the role `name` then: who opens it is its reporter."""
    return name == role or _who(made, name) in ("anyone", "reporter")


def _who(made: CaseType, name: str) -> str:
    return made.roles[name].who if name in made.roles else name


def _fits(made: CaseType, field: Field, value: Any) -> bool:
    """Whether a value as YAML writes it can stand in the field on some day."""
    if field.type in _NEVER:
        return False
    if field.type in ("choice", "code"):
        known = field.options if field.type == "choice" else made.tables[field.table].rows
        return isinstance(value, str) and value in known
    if field.type == "yes_no":
        return isinstance(value, bool)
    return isinstance(value, _NUMBERS.get(field.type, str)) and not isinstance(value, bool)
