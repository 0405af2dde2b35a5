"""What a catalogue file holds: entries of four kinds as plain values, each with its place in the file.

In files an agency is named by its USCC, and a system or function by its code; a dataset also says its
`state` and when it was `published`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cityhall.kernel.errors import CityhallError

Kind = Literal["field", "function", "system", "dataset"]
KINDS: tuple[Kind, ...] = ("field", "function", "system", "dataset")

FORMAT = "cityhall-catalogue"
VERSION = 1
LARGEST_FILE = 200 * 1024 * 1024
"""Bytes of a catalogue file, and of a workbook when unpacked."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a file. `place` is where it stands (`datasets 3`, `Datasets row 4`); `problems` what
    could not even be read."""

    kind: Kind
    place: str
    values: dict[str, Any]
    problems: tuple[CityhallError, ...] = ()

    @property
    def code(self) -> str:
        """The entry's code, for reports."""
        return str(self.values.get("code", ""))


def section(kind: Kind) -> str:
    """The name of a kind's list or sheet."""
    return f"{kind}s"
