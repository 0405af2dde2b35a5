"""The row-by-row report of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from cityhall.catalog.exchange.entries import Kind
from cityhall.kernel.errors import CityhallError

Outcome = Literal["created", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became, or would become, of one entry of the file; `problems` are empty unless it was refused."""

    place: str
    kind: Kind
    code: str
    outcome: Outcome
    problems: tuple[CityhallError, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: every entry in the file's order. `sha256` is the file's."""

    file: str
    sha256: str
    rows: tuple[RowReport, ...]

    def count(self, outcome: Outcome) -> int:
        """How many entries had this outcome."""
        return Counter(row.outcome for row in self.rows)[outcome]

    @property
    def refused(self) -> tuple[RowReport, ...]:
        """The entries that cannot be used."""
        return tuple(row for row in self.rows if row.outcome == "refused")
