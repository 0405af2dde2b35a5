"""A compiled type of case: frozen tables that every path, live or bulk, reads the same way."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cityhall.cases.declaring.guards import Guard
from cityhall.cases.declaring.judging import Evaluation, Publication
from cityhall.cases.declaring.limits import Limit
from cityhall.kernel.text import Text

STAY = -1  # an act's target that leaves the state as it is
IDLE, STARTS, PAUSES, STOPS = range(4)  # what entering a state does to a clock
# What the city's grid tells of a point, by the type of the field that asks for it.
FOLLOWS = {"cell": "cell", "grid": "responsibility", "division": "district"}
# What every case has beside its form: who is responsible, who holds it in hand.
OWN_FIELDS = ("agency", "holder")


@dataclass(frozen=True, slots=True)
class Role:
    """Who may take a part: anybody, the reporter, the system, or holders of a right for the city, the case's agency,
    its area, or the agency named in a field (`of`)."""

    id: str
    title: Text
    who: Literal["anyone", "reporter", "system", "right"]
    right: str = ""
    of: str = "city"


@dataclass(frozen=True, slots=True)
class Default:
    """What stands in a field of a new case when nothing was said: for openers in one of the roles `by` (none: for anybody)."""

    by: tuple[str, ...]
    value: str | int | float | bool


@dataclass(frozen=True, slots=True)
class Field:
    """A question of the form. `table` names the code table of a `code`; `public` fields are shown to anybody; forms begin
    with the value of the field that this one is `like`. Only the roles in `by` are asked it and may answer it (none: whoever
    does an act that takes it)."""

    id: str
    title: Text
    type: str
    table: str = ""
    options: Mapping[str, Text] = field(default_factory=dict)
    required: bool = False
    public: bool = False
    level: int = 2
    condition: Guard | None = None
    minimum: float | None = None
    maximum: float | None = None
    hint: Text | None = None
    like: str = ""
    source: str = ""
    by: tuple[str, ...] = ()
    defaults: tuple[Default, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a code table, valid from a day until the day before another (empty: always)."""

    since: str
    until: str
    values: Mapping[str, Any]
    title: Text


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A dated table: code -> its rows, oldest first."""

    id: str
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[Row, ...]]

    def row(self, code: str, day: str) -> Row | None:
        """The row of a code on a day (ISO)."""
        for row in self.rows.get(code, ()):
            if row.since <= day and (not row.until or day < row.until):
                return row
        return None


@dataclass(frozen=True, slots=True)
class Task:
    """One of the parallel tasks of a state."""

    id: str
    title: Text
    by: str


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand. `end` is empty while it is open, else how it ended (settled, refused, withdrawn,
    duplicate). With `tasks`, the state is left for `then` when `join` of them are done."""

    id: str
    number: int
    title: Text
    end: str = ""
    tasks: tuple[Task, ...] = ()
    join: int = 0
    then: int = STAY


@dataclass(frozen=True, slots=True)
class Extension:
    """An act's effect on a clock: so much more time."""

    clock: int
    more: Limit


@dataclass(frozen=True, slots=True)
class Act:
    """What can be done: by whom, from which states, to which, and under what conditions."""

    id: str
    number: int
    title: Text
    sources: frozenset[int]
    target: int
    by: tuple[str, ...]
    opens: bool = False
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    condition: Guard | None = None
    most: int = 0
    within: Limit | None = None
    before: int = -1
    not_by: tuple[int, ...] = ()
    extends: Extension | None = None
    assign: str = ""
    clears: tuple[str, ...] = ()
    tell: tuple[str, ...] = ()
    public: bool = True
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class Allowance:
    """A clock's limit where its condition holds: an amount, or the column of a field's table."""

    limit: Limit | None
    column: tuple[str, str]
    condition: Guard | None


@dataclass(frozen=True, slots=True)
class Clock:
    """A limit that runs. `roles` says for each state what entering it does; `warn` is the share of the limit after
    which it is told; when late, `late_act` is done by the system and `late_tell` are told."""

    id: str
    number: int
    title: Text
    roles: tuple[int, ...]
    limits: tuple[Allowance, ...]
    restart: bool
    warn: float
    late_act: int
    late_tell: tuple[str, ...]
    warn_tell: tuple[str, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over many cases: its formula (see `measuring.formulas`) and how it is shown; or over an inspector's rounds (see
    `patrolling.judging`)."""

    id: str
    title: Text
    formula: str
    shown: str


@dataclass(frozen=True, slots=True)
class Duplicates:
    """What makes two open cases look like one: equal fields, a distance, a time."""

    same: tuple[str, ...]
    metres: float
    within: Limit


@dataclass(frozen=True, slots=True)
class Rating:
    """Rating after the end: by whom, how long, which levels are bad, and the act that then follows by force."""

    by: str
    within: Limit
    bad: tuple[int, ...]
    then: int


@dataclass(frozen=True)
class CaseType:
    """A version of a type of case, ready to run. What is `fixed` is not corrected (`amend`): it stays as the acts that take it
    said."""

    name: str
    version: int
    digest: str
    title: Text
    calendar: str
    roles: Mapping[str, Role]
    fields: Mapping[str, Field]
    states: tuple[State, ...]
    acts: tuple[Act, ...]
    clocks: tuple[Clock, ...]
    tables: Mapping[str, CodeTable]
    measures: tuple[Measure, ...]
    publication: Publication
    evaluations: tuple[Evaluation, ...]
    duplicates: Duplicates | None
    rating: Rating | None
    area: str
    kind: str
    spot: str
    moves: Mapping[int, Mapping[str, str]]
    fixed: frozenset[str] = frozenset()
    act_numbers: Mapping[str, int] = field(default_factory=dict)
    state_numbers: Mapping[str, int] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)
    patrols: tuple[Measure, ...] = ()

    @property
    def judged(self) -> tuple[Measure, ...]:
        """Everything that an evaluation may weigh: the measures over cases, and those of inspectors' rounds."""
        return (*self.measures, *self.patrols)

    @property
    def reported_as(self) -> Text:
        """What those who report call it; its title, unless the declaration says."""
        said = self.extras.get("reported_as")
        return Text(en=said["en"], zh=said["zh"]) if said else self.title

    @property
    def reported_at(self) -> int:
        """Its place among what can be reported, 1 to 99; 50 unless the declaration says."""
        return int(self.extras.get("reported_as", {}).get("place", 50))

    def act(self, name: str) -> Act | None:
        """The act with this name."""
        number = self.act_numbers.get(name)
        return None if number is None else self.acts[number]

    def following(self, points: Container[str]) -> tuple[Field, ...]:
        """The fields that follow from one of these points."""
        return tuple(one for one in self.fields.values() if one.source and one.source in points)

    def points(self, among: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that are fields for a point."""
        return tuple(name for name in among if name in self.fields and self.fields[name].type == "point")

    def column(self, name: str, column: str, code: Any, day: str) -> Any:
        """A column of the table behind a field, for a code on a day; None when unknown."""
        table = self.tables.get(self.fields[name].table)
        row = table.row(str(code), day) if table else None
        return None if row is None else row.values.get(column)

    @property
    def main_clock(self) -> int:
        """The number of the clock by which cases are judged; -1 without clocks."""
        return next((clock.number for clock in self.clocks if clock.main), -1)
