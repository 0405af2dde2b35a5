"""The benchmark table: as many rows as asked for, in one file or in parts, with a truth file beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cityhall.kernel.declared import read_yaml
from cityhall.packing.synthesis.compiling import Query
from cityhall.packing.synthesis.declaring import HERE, built_in_words, table_from
from cityhall.packing.synthesis.encoding import transcode
from cityhall.packing.synthesis.engine import engine, number_rows
from cityhall.packing.synthesis.truth import truth_of


@dataclass(frozen=True, slots=True)
class BigMade:
    """A made benchmark file: where it is, how many data rows and bytes, and what a perfect cleaner would find."""

    path: Path
    rows: int
    bytes: int
    truth: dict[str, Any]
    truth_path: Path


def generate_big(
    path: Path, *, rows: int = 10_000_000, encoding: str = "utf-8", seed: int = 1, first_row: int = 0
) -> BigMade:
    """Write a CSV of `rows` rows (12 columns, about 120 bytes a row) and `<path>.truth.json`.

    Rows `first_row` … are a pure function of the seed, so 100 million rows can be made in ten parts, each
    with the next `first_row` (a multiple of 1000, so that every duplicate finds its original in its own
    part). The encoding is any Python codec.
    """
    table = table_from(read_yaml(HERE / "big.yaml"), rows=first_row + rows)
    query = Query(table, seed, built_in_words())
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = path if encoding == "utf-8" else path.with_suffix(path.suffix + ".utf-8")
    with engine(spill=path.parent / ".spill") as con:
        numbers = number_rows(con, first_row, rows)
        con.execute(f"COPY ({query.written(numbers)}) TO '{plain}' (FORMAT csv, HEADER)")
        truth = truth_of(con, query, numbers, places=0)
    if plain != path:
        transcode(plain, path, encoding)
        plain.unlink()
    truth_path = path.with_suffix(path.suffix + ".truth.json")
    truth_path.write_text(json.dumps(truth, ensure_ascii=False, indent=1), "utf-8")
    return BigMade(path, rows, path.stat().st_size, truth, truth_path)
