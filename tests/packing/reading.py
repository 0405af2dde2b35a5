"""Reads a synthetic city's files with the standard library and openpyxl: nothing of the engine that wrote them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet

Rows = list[dict[str, str]]


def rows_of(path: Path, file: dict[str, Any], names: list[str]) -> Rows:
    """All rows as texts; what is absent is ''."""
    return [{name: _text(row.get(name)) for name in names} for row in _raw(path, file, names)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _raw(path: Path, file: dict[str, Any], names: list[str]) -> list[dict[str, Any]]:
    kind = file["format"]
    if kind in {"csv", "tsv", "zip"}:
        return list(
            csv.DictReader(io.StringIO(_decoded(path, file)), delimiter="\t" if kind == "tsv" else ",")
        )
    if kind == "ndjson":
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if kind == "geojson":
        return [feature["properties"] for feature in json.loads(path.read_text("utf-8"))["features"]]
    if kind == "json_pages":
        return _pages(path)
    if kind == "parquet":
        return list(pyarrow.parquet.read_table(path).to_pylist())
    if kind == "sqlite":
        with sqlite3.connect(path) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f'SELECT * FROM "{file["table"]}"')]
    return _sheet(path, names)


def _decoded(path: Path, file: dict[str, Any]) -> str:
    data = path.read_bytes()
    if file["format"] == "zip":
        with zipfile.ZipFile(path) as archive:
            data = archive.read(next(name for name in archive.namelist() if name.endswith(".csv")))
    if file.get("compression") == "gzip":
        data = gzip.decompress(data)
    return data.decode(file.get("encoding", "utf-8"))


def _pages(folder: Path) -> list[dict[str, Any]]:
    rows, page = [], "1.json"
    while page:
        content = json.loads((folder / page).read_text("utf-8"))
        rows += content["items"]
        page = content["next"]
    assert len(rows) == content["total"]
    return rows


def _sheet(path: Path, names: list[str]) -> list[dict[str, Any]]:
    """The rows between the headers and the notes, found by the first header and by the first empty cell."""
    lines = list(openpyxl.load_workbook(path, read_only=False).active.iter_rows(values_only=True))
    start = next(n for n, line in enumerate(lines) if names[0] in line) + 1
    while lines[start][0] is None:
        start += 1
    rows = []
    for line in lines[start:]:
        if sum(cell is not None for cell in line) < 2:
            break
        rows.append(dict(zip(names, line, strict=True)))
    return rows
