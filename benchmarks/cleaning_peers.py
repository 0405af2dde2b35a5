"""The same rules on the same rows by the engine, pandera and frictionless: `python -m benchmarks.cleaning_peers [rows]`.

Each reads the CSV and asks: 编号 filled and unique; 身份证号 an identity number (form, day of birth, check digit)
or empty; 手机号 a mobile number or empty; 登记日期 an ISO date, 金额 a number, 经度 from 73 to 136, 类别 one of five;
then counts the rows at fault, which must be the same number for all. Cells that the engine would repair (full-width
digits, other ways of writing a date) are left out of the file, because the peers repair nothing. Time and CPU are taken
inside each process, without the imports.

What each does beyond that: the engine proves the encoding over the whole file, finds the table, keeps each row's line,
types four columns, writes the clean rows, and writes every rejected row with its reason and, for identity numbers, the
check digit it should have. Pandera reads all cells as text into memory and leaves nothing but its list of failures.
Frictionless casts date and numbers row by row and leaves its report. Neither is asked for equal rows, as the key decides.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import duckdb
import frictionless
import pandas as pd
import pandera.pandas as pa
from frictionless import Check, Checklist, Error, Resource, Row, Schema, fields
from frictionless.errors import RowError

from benchmarks.figures import WORK, Figure, keep
from benchmarks.processes import run
from cityhall.cleaning.engine import Contract, ItemSpec, Rule, Staged, check, standing_by
from cityhall.collection.decoding import Hints, StagedTable, stage
from cityhall.packing.synthesis.big import generate_big

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
KINDS = ["住宅", "商业", "工业", "办公", "其他"]
IDENTITY, PHONE = r"[1-9][0-9]{16}[0-9X]", r"1[3-9][0-9]{9}"
PLAIN_ROWS = """
    COPY (FROM read_csv($source, all_varchar = true, header = true)
          WHERE regexp_full_match(coalesce(身份证号, ''), '[0-9X]*') AND regexp_full_match(coalesce(手机号, ''), '[0-9]{0,12}')
            AND regexp_full_match(登记日期, '[0-9]{4}-[0-9]{2}-[0-9]{2}')
            AND regexp_full_match(金额, '-?(0|[1-9][0-9]*)(\\.[0-9]{1,2})?|[^0-9０-９]+')
          QUALIFY row_number() OVER (PARTITION BY 编号) = 1 ORDER BY 编号 LIMIT $rows) TO $target (FORMAT csv)"""


def sound_identity(number: str) -> bool:
    """Form, day of birth and check digit of an identity number (GB 11643)."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    try:
        datetime.strptime(number[6:14], "%Y%m%d")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1]


def by_engine(path: Path, folder: Path) -> int:
    """Decode and stage as the road does, while its engine starts, then check."""
    with standing_by(folder / "work") as start_engine:
        start_engine()
        (table,) = stage(path, path.name, folder / "staged", Hints())
        return _checked(table, folder)


def _checked(table: StagedTable, folder: Path) -> int:
    known = {
        "身份证号": ItemSpec("身份证号", "身份证号", "cn_identity_number"),
        "手机号": ItemSpec("手机号", "手机号", "cn_mobile_phone"),
        "登记日期": ItemSpec("登记日期", "登记日期", "date", "date"),
        "金额": ItemSpec("金额", "金额", "amount", "decimal", params={"scale": 2}),
        "经度": ItemSpec("经度", "经度", "longitude", "decimal", params={"scale": 5, "low": 73, "high": 136}),
    }
    contract = Contract(
        items=tuple(known.get(column, ItemSpec(column, column)) for column in table.columns),
        key=("编号",),
        rules=(Rule("kinds", "list", ("类别",), {"codes": KINDS}),),
    )
    staged = Staged(table.files, table.columns, table.rows, table.line_sql, table.filled)
    return check(staged, contract, workdir=folder / "work", as_of=datetime.now(UTC)).quarantined


def by_pandera(path: Path, _folder: Path) -> int:
    """A DataFrameSchema with the same rules, validated lazily."""
    schema = pa.DataFrameSchema(
        {
            "编号": pa.Column(str, unique=True),
            "身份证号": pa.Column(
                str,
                [pa.Check.str_matches(IDENTITY + "$"), pa.Check(lambda cells: cells.map(sound_identity))],
                nullable=True,
            ),
            "手机号": pa.Column(str, pa.Check.str_matches(PHONE + "$"), nullable=True),
            "登记日期": pa.Column(
                str,
                pa.Check(lambda cells: pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce").notna()),
            ),
            "金额": pa.Column(str, pa.Check(lambda cells: pd.to_numeric(cells, errors="coerce").notna())),
            "经度": pa.Column(
                str, pa.Check(lambda cells: pd.to_numeric(cells, errors="coerce").between(73, 136))
            ),
            "类别": pa.Column(str, pa.Check.isin(KINDS), nullable=True),
        }
    )
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return int(errors.failure_cases["index"].nunique())
    return 0


@attrs.define(kw_only=True, repr=False)
class SoundIdentity(Check):
    """The check digit and the day of birth, as a frictionless user adds them."""

    type = "sound-identity"
    Errors = [RowError]

    def validate_row(self, row: Row) -> Iterator[Error]:
        """One error for a number that is not sound."""
        number = row["身份证号"]
        if number and not sound_identity(number):
            yield RowError.from_row(row, note="identity number")


def by_frictionless(path: Path, _folder: Path) -> int:
    """A Table Schema with the same constraints, and a check of one's own for the check digit."""
    header = path.read_text(encoding="utf-8").split("\n", 1)[0].strip().split(",")
    known = {
        "编号": fields.StringField(name="编号", constraints={"required": True, "unique": True}),
        "身份证号": fields.StringField(name="身份证号", constraints={"pattern": IDENTITY}),
        "手机号": fields.StringField(name="手机号", constraints={"pattern": PHONE}),
        "登记日期": fields.DateField(name="登记日期", constraints={"required": True}),
        "金额": fields.NumberField(name="金额", constraints={"required": True}),
        "经度": fields.NumberField(name="经度", constraints={"minimum": 73, "maximum": 136}),
        "类别": fields.StringField(name="类别", constraints={"enum": KINDS}),
    }
    schema = Schema(fields=[known.get(name) or fields.StringField(name=name) for name in header])
    with frictionless.system.use_context(trusted=True):
        resource = Resource(path=path.name, basepath=str(path.parent), schema=schema)
        report = resource.validate(Checklist(checks=[SoundIdentity()]), limit_errors=1_000_000)
    return len(
        {error.row_number for task in report.tasks for error in task.errors if hasattr(error, "row_number")}
    )


PEERS: dict[str, Callable[[Path, Path], int]] = {
    "engine": by_engine,
    "pandera": by_pandera,
    "frictionless": by_frictionless,
}


def one(peer: str, path: Path) -> None:
    """In a process of its own: print the rows at fault, the seconds and the CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        wall, cpu = time.perf_counter(), time.process_time()
        faults = PEERS[peer](path, Path(folder))
        spent = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([faults, *spent]))


def plain_file(rows: int) -> Path:
    """The benchmark's file without the cells that the engine would repair."""
    path, source = WORK / f"plain_{rows}.csv", WORK / f"plain_source_{rows}.csv"
    if not path.exists():
        WORK.mkdir(parents=True, exist_ok=True)
        generate_big(source, rows=rows * 2)
        duckdb.execute(PLAIN_ROWS, {"source": str(source), "target": str(path), "rows": rows})
        source.unlink()
    return path


def main(rows: int) -> None:
    """Each peer on the same file; the best of five runs by the clock."""
    path = plain_file(rows)
    took: dict[str, tuple[int, float, float]] = {}
    for peer in PEERS:
        command = [sys.executable, "-m", "benchmarks.cleaning_peers", peer, str(path)]
        runs = [json.loads(run(command).output.splitlines()[-1]) for _ in range(5)]
        took[peer] = min(runs, key=lambda one: one[1])
        print(f"{peer}: {took[peer][0]:,} rows at fault, {took[peer][1]:.2f} s, {took[peer][2]:.2f} CPU s")
    _, ours, our_cpu = took["engine"]
    same = len({one[0] for one in took.values()}) == 1
    keep(
        "cleaning_peers",
        [
            Figure(
                f"check of {rows:,} rows, beside {peer}",
                f"{ours:.2f} s, {our_cpu:.2f} CPU s: {wall / ours:.1f}x faster ({cpu / our_cpu:.1f}x in CPU)",
                f"{wall:.2f} s, {cpu:.2f} CPU s",
                f"at least {bar}x faster",
                wall / ours >= bar and same,
            )
            for peer, bar in (("pandera", 4), ("frictionless", 8))
            for _, wall, cpu in [took[peer]]
        ],
        note=f"Rows at fault: {', '.join(f'{peer} {one[0]:,}' for peer, one in took.items())} of {rows:,}.",
    )


if __name__ == "__main__":
    if len(sys.argv) > 2:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
