"""Published figures, reproduced: months rebuilt from a city's bulletin go through the live rules and come out as printed.

A bulletin names how many cases were due, settled and settled in time; the case files behind it are invented to fit.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cases.conftest import SYSTEM

from cityhall.cases.actions import import_history, install_type
from cityhall.cases.queries import measure
from cityhall.kernel import clock

pytestmark = pytest.mark.django_db
PACK = Path(__file__).parents[2] / "packs" / "urban_management"


def _month(path: Path, first: date, filed: int, due: int, settled: int, on_time: int) -> Path:
    """A month in which `due` of the `filed` cases come due: the first `on_time` are settled in time, the next late."""
    start = datetime(first.year, first.month, first.day, 9, tzinfo=UTC) + timedelta(days=4)
    after = datetime(first.year, first.month, 28, 9, tzinfo=UTC) + timedelta(days=20)
    begin = [start + timedelta(seconds=11 * number) if number < due else after for number in range(filed)]
    columns: dict[str, list[object]] = {
        "case_no": [f"C{number:06d}" for number in range(filed)],
        "class": ["1601"] * filed,
    }
    columns |= {
        name: ["33030200100101"] * filed if name == "cell" else ["x"] * filed
        for name in ("cell", "unit", "inspector", "acceptor", "dispatcher", "handler", "checker")
    }
    columns |= {name: [None] * filed for name in ("lon", "lat")}
    for step, name in enumerate(("reported", "accepted", "filed", "dispatched")):
        columns[name] = [moment + timedelta(minutes=step) for moment in begin]
    for step, name in enumerate(("handled", "checked", "settled")):
        columns[name] = [
            None if number >= settled else moment + timedelta(days=1 if number < on_time else 40, hours=step)
            for number, moment in enumerate(begin)
        ]
    columns["handler"], columns["checker"] = ["h"] * filed, ["c"] * filed
    table = pa.table(
        {
            name: pa.array(column, pa.float64()) if name in ("lon", "lat") else pa.array(column)
            for name, column in columns.items()
        }
    )
    naive = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    pq.write_table(table.cast(pa.schema(naive)), path)
    return path


@pytest.mark.parametrize(
    ("first", "filed", "due", "settled", "on_time", "rates"),
    [
        (date(2016, 12, 1), 996, 972, 911, 737, (93.72, 75.82)),  # Tianmen, December 2016
        (date(2022, 8, 1), 15_308, 15_308, 15_300, 15_289, (99.95, 99.88)),  # Huzhou, August 2022
        (
            date(2018, 1, 1),
            33_710,
            33_710,
            33_498,
            31_347,
            (99.37, 92.99),
        ),  # Fuzhou, 2013 to March 2018, one in a hundred
    ],
    ids=["Tianmen", "Huzhou", "Fuzhou"],
)
def test_a_bulletin_is_reproduced(
    home: Path,
    tmp_path: Path,
    first: date,
    filed: int,
    due: int,
    settled: int,
    on_time: int,
    rates: tuple[float, float],
) -> None:
    install_type(SYSTEM, PACK / "cases" / "urban_case.yaml")
    source = _month(tmp_path / "month.parquet", first, filed, due, settled, on_time)
    report = import_history(SYSTEM, PACK / "imports" / "steps.yaml", source)
    assert (report.taken, report.refused) == (filed, 0), report.reasons
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        (figure,) = measure("urban_case", first, last)
    assert figure.counts["due"] == due
    shown = tuple(round(100 * (figure.measures[name] or 0), 2) for name in ("settlement", "on_time"))
    assert shown == rates
    assert round(100 * settled / filed, 2) == rates[0] or filed != due, (
        "the denominator is what was due, not what was filed"
    )


def test_the_fuzhou_counts_give_the_printed_rates() -> None:
    """3,371,000 accepted: the whole, by arithmetic; the measured whole is a benchmark."""
    assert (round(100 * 3_349_763 / 3_371_000, 2), round(100 * 3_134_693 / 3_371_000, 2)) == (99.37, 92.99)
