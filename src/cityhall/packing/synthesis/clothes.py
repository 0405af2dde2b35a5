"""The clothes files come in: the same rows as CSV in several encodings, workbook, JSON, GeoJSON, database, archive.

Every writer takes a connection, the SELECT of the rows (all text), the target and the declaration of the dataset, and
writes the same bytes whenever it is given the same rows.
"""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import orjson

from cityhall.packing.synthesis.encoding import transcode
from cityhall.packing.synthesis.workbook import write_workbook

Declared = dict[str, Any]
Writer = Callable[[duckdb.DuckDBPyConnection, str, Path, Declared], None]

SUFFIX = {
    "csv": ".csv",
    "tsv": ".tsv",
    "zip": ".zip",
    "ndjson": ".ndjson",
    "geojson": ".geojson",
    "xlsx": ".xlsx",
}
SUFFIX |= {"parquet": ".parquet", "sqlite": ".sqlite", "json_pages": ""}
ARCHIVE_TIME = (2025, 7, 1, 0, 0, 0)
METRE = (1 / 98_300, 1 / 111_320)  # degrees east and north at 28 degrees north


def suffix_of(file: Declared) -> str:
    """The ending of a file in these clothes."""
    return SUFFIX[file["format"]] + (".gz" if file.get("compression") == "gzip" else "")


def write_rows(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """Write the rows of `select` as the dataset's `file` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    WRITERS[dataset["file"]["format"]](con, select, path, dataset)


def _text(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """CSV or TSV in the declared encoding, perhaps compressed."""
    file = dataset["file"]
    encoding = file.get("encoding", "utf-8")
    plain = path.with_name(path.name + ".part")
    delimiter = "\\t" if file["format"] == "tsv" else ","
    con.execute(f"COPY ({select}) TO '{plain}' (FORMAT csv, HEADER, DELIMITER E'{delimiter}')")
    if encoding != "utf-8":
        other = path.with_name(path.name + ".coded")
        transcode(plain, other, encoding)
        other.replace(plain)
    if file.get("compression") == "gzip":
        with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            packed.write(plain.read_bytes())
        plain.unlink()
    else:
        plain.replace(path)


def _zip(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """An archive with one CSV and a note."""
    inner = path.with_suffix(".csv")
    _text(con, select, inner, {**dataset, "file": {**dataset["file"], "format": "csv"}})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in (
            ("说明.txt", "合成数据，仅供演示。\n".encode()),
            (inner.name, inner.read_bytes()),
        ):
            archive.writestr(zipfile.ZipInfo(name, ARCHIVE_TIME), content, zipfile.ZIP_DEFLATED)
    inner.unlink()


def _ndjson(con: duckdb.DuckDBPyConnection, select: str, path: Path, _dataset: Declared) -> None:
    """One JSON object a line."""
    con.execute(f"COPY ({select}) TO '{path}' (FORMAT json)")


def _parquet(con: duckdb.DuckDBPyConnection, select: str, path: Path, _dataset: Declared) -> None:
    """Parquet with text columns."""
    con.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")


def _geojson(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """A FeatureCollection of points, or of boxes so many metres wide; the coordinates stay among the properties."""
    east, north = dataset["coordinates"]
    metres = dataset["file"].get("metres", 0) if dataset["file"].get("shape") == "box" else 0
    result = con.execute(select)
    names = [column[0] for column in result.description or ()]
    features = []
    for row in result.fetchall():
        properties = dict(zip(names, row, strict=True))
        geometry = _geometry(float(properties[east]), float(properties[north]), metres)
        features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    whole = {"type": "FeatureCollection", "name": dataset["title"]["zh"], "features": features}
    path.write_bytes(orjson.dumps(whole))


def _geometry(east: float, north: float, metres: float) -> Declared:
    """A point, or a square around it."""
    if not metres:
        return {"type": "Point", "coordinates": [east, north]}
    x, y = METRE[0] * metres / 2, METRE[1] * metres / 2
    corners = ((-x, -y), (x, -y), (x, y), (-x, y), (-x, -y))
    return {
        "type": "Polygon",
        "coordinates": [[[round(east + a, 7), round(north + b, 7)] for a, b in corners]],
    }


def _pages(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """A folder 1.json, 2.json, … as a paged interface answers: total, items, and the address of the next page."""
    path.mkdir(exist_ok=True)
    result = con.execute(select)
    names = [column[0] for column in result.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    size = dataset["file"]["page"]
    count = -(-len(rows) // size)
    for number in range(1, count + 1):
        following = f"{number + 1}.json" if number < count else None
        items = rows[(number - 1) * size : number * size]
        page = {"total": len(rows), "page": number, "pages": count, "next": following, "items": items}
        (path / f"{number}.json").write_bytes(orjson.dumps(page))


def _sqlite(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """A table in a SQLite database of the department."""
    path.unlink(missing_ok=True)
    result = con.execute(select)
    columns = ", ".join(f'"{column[0]}" TEXT' for column in result.description or ())
    marks = ", ".join("?" for _ in result.description or ())
    table = dataset["file"]["table"]
    database = sqlite3.connect(path)
    try:
        with database:
            database.execute(f'CREATE TABLE "{table}" ({columns})')
            database.executemany(f'INSERT INTO "{table}" VALUES ({marks})', result.fetchall())
    finally:
        database.close()


def _xlsx(con: duckdb.DuckDBPyConnection, select: str, path: Path, dataset: Declared) -> None:
    """A workbook as offices make them."""
    write_workbook(con.execute(select).fetchall(), path, dataset)


WRITERS: dict[str, Writer] = {
    "csv": _text,
    "tsv": _text,
    "zip": _zip,
    "ndjson": _ndjson,
    "parquet": _parquet,
    "geojson": _geojson,
    "json_pages": _pages,
    "sqlite": _sqlite,
    "xlsx": _xlsx,
}
