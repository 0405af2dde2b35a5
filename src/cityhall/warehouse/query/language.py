"""What may be asked of a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "between", "contains", "starts", "isnull", "notnull"]
Direction = Literal["asc", "desc"]
Fn = Literal["count", "sum", "avg", "min", "max", "distinct"]

OPS: tuple[Op, ...] = get_args(Op)
FNS: tuple[Fn, ...] = get_args(Fn)
TEXT_OPS: frozenset[str] = frozenset({"contains", "starts"})
NUMBER_FNS: frozenset[str] = frozenset({"sum", "avg"})

MAX_CONDITIONS = 100
MAX_VALUES = 1000
MAX_ALL_VALUES = 5000
MAX_LIMIT = 1000
MAX_ORDER = 10
MAX_AGGREGATES = 50


@dataclass(frozen=True, slots=True)
class Condition:
    """`item op value`. `in` takes a list, `between` two inclusive bounds, `isnull` and `notnull` no value.

    Comparisons never hold for an empty cell, `ne` included. `contains` and `starts` compare text exactly,
    case included.
    """

    item: str
    op: Op
    value: Any = None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when at least one of its conditions does."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees over two items; `west` greater than `east` crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float
    lon: str = "lon"
    lat: str = "lat"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`fn` over the values of `item` (`count` of `*`: rows), named `alias` in the answer; `distinct` counts
    different values.
    """

    fn: Fn
    item: str
    alias: str


@dataclass(frozen=True, slots=True)
class Query:
    """A question to one version. `where` is a conjunction; `select` empty means all items.

    With `group_by` or `aggregates` the answer has the groups' items and the aggregates, `order` may name either, and
    `select` is empty. `after` is the mark that the page before gave. Empty cells come last in either direction.
    """

    select: tuple[str, ...] = ()
    where: tuple[Condition | AnyOf, ...] = ()
    order: tuple[tuple[str, Direction], ...] = ()
    after: str | None = None
    limit: int = 100
    group_by: tuple[str, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    bbox: Box | None = None

    @property
    def grouped(self) -> bool:
        """Whether it asks for groups instead of rows."""
        return bool(self.group_by or self.aggregates)

    def conditions(self) -> tuple[Condition, ...]:
        """All conditions, those inside groups included."""
        return tuple(
            one for part in self.where for one in (part.conditions if isinstance(part, AnyOf) else (part,))
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: wall-clock seconds, and megabytes of memory when it runs in a process of its own."""

    seconds: float = 10.0
    megabytes: int = 1024


@dataclass(frozen=True, slots=True)
class Rows:
    """One page: column names, rows in that order (Python values, `None` for empty cells), the mark for the
    next page, the version all of it belongs to, and each row's place in it: (file, row), none for groups.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    next_cursor: str | None
    version: int
    places: tuple[tuple[int, int], ...] = ()
