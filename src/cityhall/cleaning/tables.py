"""The plain data that cleaning takes and gives: staged table, recognition, contract, outcome. No
behaviour, no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Staged:
    """A decoded table: Parquet files in which every column is text and null is an empty cell."""

    files: tuple[Path, ...]
    columns: tuple[str, ...]
    rows: int
    line_sql: str
    """SQL expression that gives a row's line in the source, such as `_line` or `file_row_number + 2`."""
    filled: Mapping[str, int] = field(default_factory=dict)
    """Filled cells per column, where staging counted them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question already asked of every row of a staged table: its SQL, the file of marks, its place in it."""

    state: str
    marks: Path
    place: int
    void: str = "false"
    """SQL over the cells: where it is true the answer is 0 whatever the marks say."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the count over every row said about one reading of a column."""

    element: str | None
    type: str
    tested: int
    matched: int
    """Filled cells that are valid, at once or after a safe repair."""
    mended: int
    """Those of `matched` that needed a safe repair."""
    hinted: bool
    """Whether the column's header speaks for this element."""
    params: Mapping[str, Any] = field(default_factory=dict)
    mixed: bool = False
    """Whether the other cells are a few words that come again and again: the column has two meanings."""
    impossible: int = 0
    """Of a date or moment, cells that are one but for a day after the end of its month: slips, not another meaning."""
    answer: Answer | None = None
    """Where the answers for every row were written, so that the check need not ask the same again."""

    @property
    def share(self) -> float:
        """Matched cells of all filled cells, 0 to 1."""
        return self.matched / self.tested if self.tested else 0.0

    @property
    def meant(self) -> float:
        """Cells matched, and those that speak for the reading although they have no value; as a share."""
        return (self.matched + self.impossible) / self.tested if self.tested else 0.0


@dataclass(frozen=True, slots=True)
class ColumnRecognition:
    """What one column was found to be, with the evidence."""

    column: str
    rows: int
    filled: int
    distinct: int
    """Number of different values; approximate (about 2 %) above a few thousand."""
    low: str | None
    high: str | None
    shortest: int
    longest: int
    examples: tuple[str, ...]
    type: str
    element: str | None
    params: Mapping[str, Any]
    evidence: Evidence | None
    others: tuple[Evidence, ...]
    level: str
    personal: bool
    reason: Text
    repeated: int | None = None
    """Filled cells equal to an earlier one, counted exactly; None where values plainly repeat."""
    codes: tuple[tuple[str, int], ...] = ()
    """The values and how often each occurs, where they are few enough to be a code list."""


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """One agreed data item: where it comes from and what it must be."""

    name: str
    column: str
    element: str | None = None
    type: str = "text"
    required: bool = False
    unique: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One agreed rule over the items of a row, or of the whole table."""

    code: str
    kind: str
    """required | key | range | pattern | list | reference | compare | freshness"""
    items: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)
    severity: str = "error"
    """`error` quarantines the row; `warning` only counts it."""
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """What a dataset's rows must satisfy; kept in the catalogue, versioned."""

    items: tuple[ItemSpec, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    version: int = 1

    def item(self, name: str) -> ItemSpec:
        """The item of that name; KeyError when the contract has none."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one fault was found in one column, with up to five cells that show it."""

    column: str
    code: str
    severity: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check. `rows == clean + quarantined + duplicates` always holds."""

    clean_files: tuple[Path, ...]
    """Typed Parquet (zstd): one column per item in the contract's order, then `_line`."""
    quarantine_file: Path | None
    """Parquet: `_line`, the original text of every column, `_findings` (list of column, code, value,
    suggestion)."""
    duplicates_file: Path | None
    """Parquet: `_line`, `_first` (the line whose row it repeats)."""
    rows: int
    clean: int
    quarantined: int
    duplicates: int
    mended: Mapping[str, int]
    """Cells per item that were safely repaired (spaces, full-width digits, lower-case letters)."""
    tallies: tuple[Tally, ...]
    filled: Mapping[str, int]
    """Filled cells per item over all rows read."""
