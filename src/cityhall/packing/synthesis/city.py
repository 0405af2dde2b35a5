"""Makes a whole synthetic city: files in all clothes, catalogue, sources, and the truth about every error put in."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import orjson
import yaml

from cityhall.packing.places import pack_folder
from cityhall.packing.synthesis.catalogue import catalogue_of
from cityhall.packing.synthesis.clothes import suffix_of, write_rows
from cityhall.packing.synthesis.compiling import Query
from cityhall.packing.synthesis.declared_city import City, Declared, read_city, tables_of
from cityhall.packing.synthesis.engine import engine, number_rows
from cityhall.packing.synthesis.identifiers import uscc_of
from cityhall.packing.synthesis.table import Table
from cityhall.packing.synthesis.truth import difference, truth_of


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes every value out, without anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


Progress = Callable[[int, int, str], None]
"""Called with datasets done, datasets in all, and the code of the one just done."""

FEEDS = "http://127.0.0.1:8130"


@dataclass(frozen=True, slots=True)
class CityMade:
    """A made city: its folder, the rows of the newest versions, the bytes of all files, and the truth by dataset."""

    root: Path
    rows: int
    bytes: int
    datasets: int
    files: int
    truth: dict[str, Any] = field(repr=False)


def generate_city(
    out: Path,
    *,
    seed: int = 330300,
    scale: float = 1.0,
    progress: Progress | None = None,
    pack: str = "demo_city",
    feeds: str = FEEDS,
    only: Collection[str] = (),
) -> CityMade:
    """Write out/files/<agency>/<dataset>[-vN].ext, out/catalogue.yaml, out/sources.yaml and out/truth.json.

    `scale` multiplies the rows of every dataset (1 = two million in all); the same seed and scale give the same
    bytes. `feeds` is the address under which out/files will be served to the sources that fetch by HTTP.
    """
    city = _with_identifiers(read_city(pack_folder(pack)))
    tables = {code: table for code, table in tables_of(city, scale).items() if not only or code in only}
    files: dict[str, Declared] = {}
    truth: dict[str, Any] = {}
    with engine() as con:
        for done, (code, table) in enumerate(tables.items(), start=1):
            files[code], truth[code] = _make_dataset(con, city, city.datasets[code], table, seed, out)
            if progress:
                progress(done, len(tables), code)
    _write_papers(out, city, files, truth, {"seed": seed, "scale": scale}, feeds)
    paths = [path for path in (out / "files").rglob("*") if path.is_file()]
    rows = sum(entry["rows_after"] for entry in truth.values())
    return CityMade(out, rows, sum(path.stat().st_size for path in paths), len(files), len(paths), truth)


def _with_identifiers(city: City) -> City:
    """The agencies' credit codes, worked out from their serials."""
    for agency in city.agencies:
        agency["uscc"] = uscc_of(
            "11", str(agency.get("division") or city.pack["division"]), f"MB{agency['serial']:06d}"
        )
    return city


def _make_dataset(
    con: duckdb.DuckDBPyConnection, city: City, dataset: Declared, table: Table, seed: int, out: Path
) -> tuple[Declared, dict[str, Any]]:
    """Write every version of a dataset; gives its entry for the catalogue and the truth about its files."""
    versions: list[dict[str, Any]] = []
    before: Query | None = None
    for version in range(table.versions):
        query = Query(table, seed, city.words, version)
        numbers = number_rows(con, 0, table.rows_at(version))
        path = out / "files" / dataset["agency"] / _file_name(dataset, table, version)
        write_rows(con, query.written(numbers), path, dataset)
        entry = {
            "version": version + 1,
            "path": path.relative_to(out).as_posix(),
            **truth_of(con, query, numbers),
        }
        if before:
            entry["difference"] = difference(con, before.whole(), query.whole(), numbers)
        versions.append(entry)
        before = query
    paths = [entry["path"] for entry in versions]
    file = {**dataset["file"], "path": paths[0], "versions": paths}
    rows_after = versions[-1]["rows"] if table.mode == "replace" else table.rows_at(table.versions - 1)
    return file, {"mode": table.mode, "rows_after": rows_after, "files": versions}


def _file_name(dataset: Declared, table: Table, version: int) -> str:
    number = f"-v{version + 1}" if table.versions > 1 else ""
    return f"{dataset['code']}{number}{suffix_of(dataset['file'])}"


def _write_papers(
    out: Path, city: City, files: dict[str, Declared], truth: dict[str, Any], how: dict[str, Any], feeds: str
) -> None:
    """Catalogue, sources with their front machine, truth."""
    _write_yaml(out / "catalogue.yaml", catalogue_of(city, files))
    sources = [
        _placed(source, str(out.resolve()), feeds) for source in city.sources if source["dataset"] in files
    ]
    _write_yaml(out / "sources.yaml", sources)
    for source in sources:
        if source["kind"] == "folder":  # the front machine already holds a first delivery
            folder = Path(source["path"])
            folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(out / files[source["dataset"]]["path"], folder / f"{source['dataset']}.csv")
    papers = {"label": city.pack["title"], "synthetic": True, **how, "datasets": truth}
    (out / "truth.json").write_bytes(orjson.dumps(papers, option=orjson.OPT_INDENT_2))


def _placed(source: Declared, root: str, feeds: str) -> Declared:
    """A source with its places filled in."""
    return {
        name: value.replace("{root}", root).replace("{feeds}", feeds) if isinstance(value, str) else value
        for name, value in source.items()
    }


def _write_yaml(path: Path, content: Any) -> None:
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(content, stream, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=200)
