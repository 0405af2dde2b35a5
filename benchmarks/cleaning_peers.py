"""The same rules on the same rows by the engine, pandera and frictionless: `python benchmarks/cleaning_peers.py [--rows 200000]`.

Each reads the CSV, checks the identity number (form, check digit), phone, date, amount, range of the longitude and the code list, and
counts the rows at fault. The engine also recognises, types, de-duplicates and writes clean and quarantined rows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import pandera.pandas as pa
from frictionless import Checklist, Resource, Schema, fields
from frictionless.checks import row_constraint

from cityhall.cleaning.engine import Contract, ItemSpec, Rule, Staged, check
from cityhall.packing.queries import generate_big

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
KINDS = ["住宅", "商业", "工业", "办公", "其他"]
IDENTITY, PHONE, DATE = r"[1-9]\d{16}[\dXx]", r"1[3-9]\d{9}", r"\d{4}-\d{2}-\d{2}"


def check_digit(number: str) -> bool:
    """Whether the last character of an identity number follows from the others."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def by_engine(path: Path, folder: Path) -> int:
    """Stage as text, then check."""
    file = folder / "staged.parquet"
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"COPY (FROM read_csv('{path}', all_varchar = true)) TO '{file}' (FORMAT parquet)")
        columns = [row[0] for row in connection.execute(f"DESCRIBE FROM '{file}'").fetchall()]
        rows = connection.execute(f"SELECT count(*) FROM '{file}'").fetchall()[0][0]
    known = {
        "身份证号": ItemSpec("身份证号", "身份证号", "cn_identity_number"),
        "手机号": ItemSpec("手机号", "手机号", "cn_mobile_phone"),
        "登记日期": ItemSpec(
            "登记日期", "登记日期", "date", "date", params={"formats": ["iso", "ymd8", "ymd", "cn"]}
        ),
        "金额": ItemSpec("金额", "金额", "amount", "decimal", params={"scale": 2}),
        "经度": ItemSpec("经度", "经度", "longitude", "decimal", params={"scale": 5, "low": 73, "high": 136}),
    }
    contract = Contract(
        items=tuple(known.get(column, ItemSpec(column, column)) for column in columns),
        key=("编号",),
        rules=(Rule("kinds", "list", ("类别",), {"codes": KINDS}),),
    )
    staged = Staged((file,), tuple(columns), rows, "file_row_number + 2")
    return check(staged, contract, workdir=folder / "work", as_of=datetime.now(UTC)).quarantined


def by_pandera(path: Path, _folder: Path) -> int:
    """A DataFrameSchema with the same rules, validated lazily."""
    schema = pa.DataFrameSchema(
        {
            "编号": pa.Column(str, unique=True),
            "身份证号": pa.Column(
                str,
                [pa.Check.str_matches(IDENTITY + "$"), pa.Check(lambda s: s.map(check_digit))],
                nullable=True,
            ),
            "手机号": pa.Column(str, pa.Check.str_matches(PHONE + "$"), nullable=True),
            "登记日期": pa.Column(
                str, pa.Check(lambda s: pd.to_datetime(s, format="%Y-%m-%d", errors="coerce").notna())
            ),
            "金额": pa.Column(str, pa.Check(lambda s: pd.to_numeric(s, errors="coerce").notna())),
            "经度": pa.Column(str, pa.Check(lambda s: pd.to_numeric(s, errors="coerce").between(73, 136))),
            "类别": pa.Column(str, pa.Check.isin(KINDS), nullable=True),
        }
    )
    try:
        schema.validate(pd.read_csv(path, dtype=str), lazy=True)
    except pa.errors.SchemaErrors as errors:
        return int(errors.failure_cases["index"].nunique())
    return 0


def by_frictionless(path: Path, _folder: Path) -> int:
    """A Table Schema with the same constraints, and a row constraint for the check digit's stand-in (length)."""
    with path.open(encoding="utf-8") as file:
        header = file.readline().strip().split(",")
    known = {
        "编号": fields.StringField(name="编号", constraints={"unique": True}),
        "身份证号": fields.StringField(name="身份证号", constraints={"pattern": IDENTITY}),
        "手机号": fields.StringField(name="手机号", constraints={"pattern": PHONE}),
        "登记日期": fields.DateField(name="登记日期"),
        "金额": fields.NumberField(name="金额"),
        "经度": fields.NumberField(name="经度", constraints={"minimum": 73, "maximum": 136}),
        "类别": fields.StringField(name="类别", constraints={"enum": KINDS}),
    }
    schema = Schema(fields=[known.get(name) or fields.StringField(name=name) for name in header])
    resource = Resource(path=path.name, basepath=str(path.parent), schema=schema)
    with frictionless.system.use_context(trusted=True):
        report = resource.validate(
            Checklist(checks=[row_constraint(formula="len(身份证号 or '') in (0, 18)")]),
            limit_errors=1_000_000,
        )
    return len(
        {error.row_number for task in report.tasks for error in task.errors if hasattr(error, "row_number")}
    )


def main() -> None:
    """Print seconds, rows at fault and the ratio to the engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    peers: dict[str, Callable[[Path, Path], int]] = {
        "engine": by_engine,
        "pandera": by_pandera,
        "frictionless": by_frictionless,
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "big.csv"
        generate_big(path, rows=options.rows)
        seconds: dict[str, float] = {}
        for peer, run in peers.items():
            started = time.perf_counter()
            faults = run(path, folder)
            seconds[peer] = time.perf_counter() - started
            print(
                f"{peer:14s}{seconds[peer]:8.2f} s   {faults:8,} rows at fault   {seconds[peer] / seconds['engine']:6.1f} x"
            )


if __name__ == "__main__":
    main()
