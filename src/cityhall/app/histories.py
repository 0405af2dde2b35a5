"""Histories of cases from any file that the road takes: collection decodes, cases takes in. Neither room knows the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyarrow.compute as pc
import pyarrow.parquet as pq

from cityhall.cases.actions import Decoded, ImportReport, import_history
from cityhall.cases.errors import HistoryUnreadable
from cityhall.cases.queries import columns_named
from cityhall.collection.queries import StagedTable, joined, stage
from cityhall.identity.queries import require
from cityhall.kernel.actor import Actor
from cityhall.kernel.home import home
from cityhall.kernel.text import Text

_PARQUET: Final = b"PAR1"
Read = Callable[[StagedTable, tuple[str, ...]], object]


def take_in_history(
    actor: Actor,
    mapping: Path,
    source: Path,
    *,
    read: Read = lambda _table, _left_out: None,
    told: Callable[[ImportReport], object] = lambda _part: None,
) -> ImportReport:
    """Take in cases from a file in any encoding and form that data comes in, packed or not, as the mapping file says.

    `read` hears of the table that was found before anything is taken in, and of those that the mapping is not about; `told`
    of every part as it is done. Errors: `MappingRefused`, `HistoryUnreadable`, and those of decoding.
    """
    require(actor, "cases.import")
    wanted = columns_named(mapping)
    if _is_parquet(source):  # it is read as it lies, with its types
        return import_history(actor, mapping, source, told=told)
    work = home() / "work"
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="history-", dir=work) as folder:
        tables = stage(source, source.name, Path(folder) / "staged")
        if len(tables) > 1:
            tables = joined(tables, source.name, Path(folder) / "joined")
        table = _meant(tables, wanted, source.name)
        _demand_whole(table, source.name)
        read(table, tuple(one.name for one in tables if one is not table))
        decoded = Decoded(table.files, table.columns)
        return import_history(actor, mapping, source, decoded=decoded, told=told)


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_PARQUET)) == _PARQUET


def _meant(tables: tuple[StagedTable, ...], wanted: frozenset[str], file: str) -> StagedTable:
    """The table that has the columns of the mapping. Where none has, the longest: what it lacks is named when it is taken in.
    Raises HistoryUnreadable for several."""
    fitting = [one for one in tables if wanted.issubset(one.columns)]
    if len(fitting) > 1:
        names = ", ".join(one.name for one in fitting)
        why = Text(
            en=f"several tables have these columns: {names}; keep them in files of their own",
            zh=f"多个表都有这些列：{names}；请分成单独的文件",
        )
        raise HistoryUnreadable(file=file, why=why)
    return fitting[0] if fitting else max(tables, key=lambda one: one.rows)


def _demand_whole(table: StagedTable, file: str) -> None:
    """A line that does not fall into cells tells of a case that nobody would miss. Raises HistoryUnreadable."""
    if table.broken is None or not table.broken_rows:
        return
    first = pc.min(pq.read_table(table.broken, columns=["_line"]).column(0)).as_py()
    why = Text(
        en=f"{table.broken_rows:,} lines do not fall into cells, the first is line {first}",
        zh=f"有 {table.broken_rows:,} 行无法拆分成列，首个为第 {first} 行",
    )
    raise HistoryUnreadable(file=file, why=why)
