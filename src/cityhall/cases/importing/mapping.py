"""Mapping files: how the columns of somebody else's table become acts of a type.

Wide tables have a row per case and `steps`; long tables a row per event and `events`. A step whose moment is empty did not
happen. What the mapping does not name is kept only with refused cases.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import read_strictly
from cityhall.cases.errors import MappingRefused
from cityhall.kernel.text import Text

_ZONE, _SHOWN = "Asia/Shanghai", 600
_KEYS = {"import", "version", "zone", "times", "number", "steps", "events", "null", "zh", "en"}
_STEP = {"do", "at", "actor", "role", "with", "when"}
_EVENTS = {"act", "at", "actor", "role", "acts", "with"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a value comes from: a column with its translation, or the same text for all."""

    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """An act of a wide table; `when` narrows it to rows whose column has one of these texts."""

    act: str
    at: str
    actor: Cell
    role: Cell
    brings: Mapping[str, tuple[Cell, ...]]
    when: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping, read. Long tables have one step without an act and `act_column` with its translation."""

    type: str
    version: int
    zone: str
    times: str
    number: str
    null: tuple[str, ...]
    steps: tuple[Step, ...]
    act_column: str = ""
    acts: Mapping[str, str] = field(default_factory=dict)

    @property
    def long(self) -> bool:
        """Whether the table has a row per event."""
        return bool(self.act_column)


def read_plan(path: Path) -> Plan:
    """The mapping in a file; raises MappingRefused."""
    document = read_strictly(path.read_text("utf-8"), path.name)
    said = document.content
    if document.problems:
        raise MappingRefused(file=path.name, why="; ".join(map(str, document.problems)))
    try:
        return _plan(said)
    except ZoneInfoNotFoundError:
        zone = said["zone"]
        raise MappingRefused(
            file=path.name, why=Text(en=f"there is no time zone {zone}", zh=f"没有时区 {zone}")
        ) from None
    except KeyError as error:
        missing = str(error.args[0])
        raise MappingRefused(
            file=path.name, why=Text(en=f"{missing} is missing", zh=f"缺少 {missing}")
        ) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise MappingRefused(file=path.name, why=f"{type(error).__name__}: {error}") from None


def columns_named(path: Path) -> frozenset[str]:
    """The columns that the mapping in a file names; raises MappingRefused."""
    return frozenset(_columns(read_plan(path)))


def check_plan(plan: Plan, made: CaseType, columns: Collection[str], file: str) -> None:
    """Every act, field and column that the mapping names exists; raises MappingRefused."""
    wrong = [f"act {act}" for act in _acts(plan) if act not in made.act_numbers]
    named = {name for step in plan.steps for name in step.brings}
    wrong += [
        f"field {name}" for name in named if name not in {*made.fields, "agency", "holder", "note", "rating"}
    ]
    lacking = [f"column {name}" for name in sorted(_columns(plan)) if name not in columns]
    if not wrong and not lacking:
        return
    found, have = ", ".join(wrong + lacking), ", ".join(columns)[:_SHOWN]
    why = Text(en=f"there is no {found}", zh=f"不存在：{found}")
    if lacking:
        why = Text(en=f"{why.en}. The columns are: {have}", zh=f"{why.zh}；现有的列：{have}")
    raise MappingRefused(file=file, why=why)


def _acts(plan: Plan) -> set[str]:
    return set(plan.acts.values()) if plan.long else {step.act for step in plan.steps}


def _columns(plan: Plan) -> set[str]:
    cells = [
        cell
        for step in plan.steps
        for cell in (step.actor, step.role, *(one for many in step.brings.values() for one in many))
    ]
    found = (
        {cell.column for cell in cells} | {step.at for step in plan.steps} | {plan.number, plan.act_column}
    )
    return (found | {name for step in plan.steps for name in step.when}) - {""}


def _plan(said: dict[str, Any]) -> Plan:
    _only(said, _KEYS)
    ZoneInfo(said.get("zone", _ZONE))
    common = {
        "type": said["import"], "version": said.get("version", 0), "zone": said.get("zone", _ZONE),
        "times": said.get("times", ""), "number": said["number"], "null": tuple(said.get("null", ())),
    }  # fmt: skip
    if "events" in said:
        events = said["events"]
        _only(events, _EVENTS)
        return Plan(
            **common,
            steps=(_step({**events, "do": ""}),),
            act_column=events["act"],
            acts=events.get("acts", {}),
        )
    for step in said["steps"]:
        _only(step, _STEP)
    return Plan(**common, steps=tuple(map(_step, said["steps"])))


def _only(said: dict[str, Any], known: set[str]) -> None:
    if extra := set(said) - known:
        raise ValueError(f"unknown {', '.join(sorted(extra))}")


def _step(said: dict[str, Any]) -> Step:
    return Step(
        act=said["do"],
        at=said["at"],
        actor=_cell(said.get("actor", {"is": "import"})),
        role=_cell(said.get("role", {"is": ""})),
        brings={name: _cells(one) for name, one in said.get("with", {}).items()},
        when={
            name: tuple([values] if isinstance(values, str) else values)
            for name, values in said.get("when", {}).items()
        },
    )


def _cells(said: Any) -> tuple[Cell, ...]:
    """One cell, or two for a point (longitude, latitude)."""
    return tuple(map(_cell, said)) if isinstance(said, list) else (_cell(said),)


def _cell(said: Any) -> Cell:
    if isinstance(said, str):
        return Cell(column=said)
    _only(said, {"column", "map", "is"})
    return Cell(said.get("column", ""), said.get("map", {}), said.get("is", ""))
