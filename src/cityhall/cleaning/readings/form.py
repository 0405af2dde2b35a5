"""The form every reading has, whatever its type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a row, as SQL: a quick test of every row, and the state of those that are suspect."""

    suspect: str
    """Boolean: true for every row whose `state` is not 0."""
    state: str
    """0 fine, 1 repaired, 2 fault."""
    verdict: str
    """The same, asked only of suspect rows."""
    shared: tuple[str, ...] = ()
    """Parts of `suspect` that occur many times in it, worth computing once for each row."""


@dataclass(frozen=True, slots=True)
class Reading:
    """SQL for one item, over its source cell."""

    cell: str
    valid: str
    """Boolean: a filled cell is valid as it stands. `true` when nothing is asked."""
    mended: str
    """Boolean: valid after safe repairs; asked only where `valid` is false."""
    value: str
    """The typed value of a valid cell."""
    plain_value: str
    """The same when no cell of the column needed a repair (cheaper)."""
    faults: tuple[tuple[str, str], ...]
    """(reason code, boolean SQL that is true when this is the fault), asked in order."""
    repaired: str
    """SQL of the text after safe repairs, for suggestions."""
    sql_type: str = "VARCHAR"
    quick: str = ""
    """Boolean: a cheaper test that is true for every cell whose state is not 0, where there is one."""
    shared: tuple[str, ...] = ()
    """Parts of `valid` that occur many times in it, worth computing once for each row."""
    brief: str = ""
    """The same as `valid` with less to plan and more to compute, for few cells; where there is such a form."""

    @property
    def asks(self) -> bool:
        """Whether any cell can fail."""
        return self.valid != "true"

    @property
    def state(self) -> str:
        """0 empty or valid, 1 valid after a repair, 2 not valid."""
        if not self.asks:
            return "0"
        return f"CASE WHEN {self.cell} IS NULL THEN 0 WHEN {self.valid} THEN 0 WHEN {self.mended} THEN 1 ELSE 2 END"

    @property
    def ask(self) -> Ask:
        """The same as a question: a filled cell that is not valid as it stands is suspect."""
        if self.quick or not self.asks:
            return Ask(self.quick or "false", self.state, self.state, self.shared)
        suspect = f"({self.cell} IS NOT NULL AND ({self.valid}) IS DISTINCT FROM true)"
        return Ask(suspect, self.state, f"CASE WHEN {self.mended} THEN 1 ELSE 2 END", self.shared)
