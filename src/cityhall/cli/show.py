"""How the command line shows things: tables for people, JSON for programs, bytes and shares in words."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from cityhall.kernel.text import Text

_WIDE, _NAME = 160, 32
console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def plain(value: Any) -> Any:
    """The value as JSON-able data: dataclasses as objects, times in ISO 8601, paths and sets as text and lists."""
    if isinstance(value, Text):
        return value.as_dict()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def as_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(plain(value), ensure_ascii=False, indent=2, default=str))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str = "nothing yet") -> None:
    """Print a table, or the sentence `empty` when there is no row."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        click.echo(empty)
        return
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for at, name in enumerate(columns):  # nothing is cut short, and what names a line can be copied
        short = at == 0 and max(len(line[0]) for line in lines) <= _NAME
        drawn.add_column(name, overflow="fold", no_wrap=short)
    for line in lines:
        drawn.add_row(*line)
    console.print(drawn)


def size(number: float) -> str:
    """Bytes in words: `1.2 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
