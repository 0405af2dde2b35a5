"""Runs a pack's examples: rows that must come out as they are written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from cityhall.kernel.declared import read_yaml
from cityhall.packing.finding import Finding, finding
from cityhall.packing.synthesis.compiling import Query
from cityhall.packing.synthesis.declared_city import City, Declared, read_city, tables_of
from cityhall.packing.synthesis.engine import engine


def example_problems(path: Path) -> Iterator[Finding]:
    """Every cell of an example that comes out otherwise. Rows are counted from 0, as the generator counts them."""
    city = read_city(path)
    with engine(threads=1) as con:
        for file in sorted((path / "examples").glob("*.yaml")):
            yield from _try(con, city, read_yaml(file), f"examples/{file.name}")


def _try(con: duckdb.DuckDBPyConnection, city: City, example: Declared, place: str) -> Iterator[Finding]:
    if example["dataset"] not in city.datasets:
        unknown = "There is no dataset named {name}", "没有名为 {name} 的数据集"
        yield finding("name.unknown", place, *unknown, name=example["dataset"])
        return
    table = tables_of(city, 1.0)[example["dataset"]]
    query = Query(
        table, int(example.get("seed") or city.pack["seed"]), city.words, example.get("version", 1) - 1
    )
    numbers = ", ".join(f"({int(row)})" for row in example["rows"])
    result = con.execute(query.written(f"(SELECT col0::BIGINT AS row FROM (VALUES {numbers}))", "row"))
    names = [column[0] for column in result.description or ()]
    rows = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    for number, expected in example["rows"].items():
        made = rows.get(int(number), {})
        for name, value in expected.items():
            if made.get(name) != value:
                words = {"row": number, "item": name, "expected": value, "made": made.get(name)}
                yield finding(
                    "example.differs",
                    place,
                    "Row {row}, {item}: expected {expected!r}, made {made!r}",
                    "第 {row} 行 {item}：应为 {expected!r}，实为 {made!r}",
                    **words,
                )
