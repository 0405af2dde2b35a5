"""An invented history of urban management: so many cases between two days, seven steps each, settled and on time at given
rates. Made by a fixed seed; no real case is in it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cityhall.cases.declaring.limits import Limit
from cityhall.cases.declaring.shapes import CaseType
from cityhall.kernel.calendars import Calendar

DISTRICTS = ("350102", "350103", "350104", "350105", "350111", "350112")
STREETS, COMMUNITIES, CELLS = 8, 12, 20
CHUNK = 200_000
EIGHT_HOURS = 8 * 3600


def make_history(
    path: Path,
    made: CaseType,
    calendar: Calendar,
    many: int,
    settled: float,
    on_time: float,
    days: tuple[int, int],
) -> Path:
    """A Parquet file with `many` cases; `settled` and `on_time` are exact shares, `days` seconds since 1970."""
    table = made.tables["classes"]
    codes = sorted(table.rows)
    writer = None
    for start in range(0, many, CHUNK):
        rows = np.arange(start, min(start + CHUNK, many))
        part = _part(rows, many, codes, made, calendar, settled, on_time, days)
        writer = writer or pq.ParquetWriter(path, part.schema, compression="zstd")
        writer.write_table(part)
    if writer is not None:
        writer.close()
    return path


def _part(rows, many, codes, made, calendar, settled, on_time, days):  # type: ignore[no-untyped-def]
    chance = np.random.default_rng(int(rows[0]) + 5)
    kind = chance.integers(0, len(codes), len(rows))
    reported = days[0] + (rows * (days[1] - days[0])) // many
    accepted = reported + chance.integers(30, 900, len(rows))
    filed = accepted + chance.integers(30, 900, len(rows))
    dispatched = filed + chance.integers(30, 1200, len(rows))
    handled = dispatched + _lasting(kind, codes, made, calendar, dispatched, chance)
    # Exact shares: every case has a place of its own in a shuffled row, whose ends are late or never settled.
    place = (rows * 1_000_003) % many
    late = place < round(many * (settled - on_time))
    never = place >= many - round(many * (1 - settled))
    due = _due(kind, codes, made, calendar, dispatched)
    handled = np.where(late, due + chance.integers(60, 200_000, len(rows)), np.minimum(handled, due))
    checked = handled + chance.integers(60, 7200, len(rows))
    closed = checked + chance.integers(60, 3600, len(rows))
    cell = _cells(chance, len(rows))
    moments = {"reported": reported, "accepted": accepted, "filed": filed, "dispatched": dispatched}
    ends = {"handled": handled, "checked": checked, "settled": closed}
    return pa.table(
        {
            "case_no": [f"FZ{many % 997:03d}{row:08d}" for row in rows.tolist()],
            "class": pa.array(np.array(codes, dtype=object)[kind]),
            "cell": cell,
            "lon": pa.array(np.round(119.2 + chance.random(len(rows)) * 0.2, 5)),
            "lat": pa.array(np.round(26.0 + chance.random(len(rows)) * 0.15, 5)),
            "unit": pa.array(
                np.array([f"unit{number}" for number in range(40)], dtype=object)[
                    chance.integers(0, 40, len(rows))
                ]
            ),
            **{
                name: _people(chance, name, size, len(rows))
                for name, size in (("inspector", 400), ("acceptor", 40), ("dispatcher", 20))
            },
            **{
                name: _people(chance, name, size, len(rows))
                for name, size in (("handler", 300), ("checker", 200))
            },
            **{name: _local(seconds) for name, seconds in moments.items()},
            **{name: pc.if_else(pa.array(~never), _local(seconds), None) for name, seconds in ends.items()},
        }
    )


def _lasting(kind, codes, made, calendar, dispatched, chance):  # type: ignore[no-untyped-def]
    return np.maximum(
        (
            (_due(kind, codes, made, calendar, dispatched) - dispatched) * chance.random(len(kind)) * 0.9
        ).astype(np.int64),
        60,
    )


def _due(kind, codes, made, calendar, dispatched):  # type: ignore[no-untyped-def]
    due = np.zeros(len(kind), dtype=np.int64)
    for number, code in enumerate(codes):
        for row in made.tables["classes"].rows[code]:
            limit = row.values["limit"]
            assert isinstance(limit, Limit)
            since, until = (_second(day, edge) for day, edge in ((row.since, 0), (row.until, 2**40)))
            these = (kind == number) & (dispatched >= since) & (dispatched < until)
            due[these] = calendar.add(dispatched[these], np.full(int(these.sum()), limit.ticks), limit.unit)
    return due


def _second(day: str, otherwise: int) -> int:
    return int(np.datetime64(day, "s").astype(np.int64)) - EIGHT_HOURS if day else otherwise


def _cells(chance, many):  # type: ignore[no-untyped-def]
    known = np.array(
        [
            f"{district}{street:03d}{community:03d}{cell:02d}"
            for district in DISTRICTS
            for street in range(1, STREETS + 1)
            for community in range(1, COMMUNITIES + 1)
            for cell in range(1, CELLS + 1)
        ],
        dtype=object,
    )
    return pa.array(known[chance.integers(0, len(known), many)])


def _people(chance, name, size, many):  # type: ignore[no-untyped-def]
    return pa.array(
        np.array([f"{name}{number}" for number in range(size)], dtype=object)[chance.integers(0, size, many)]
    )


def _local(seconds):  # type: ignore[no-untyped-def]
    return pa.array(seconds + EIGHT_HOURS).cast(pa.timestamp("s"))
