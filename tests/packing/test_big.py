"""The benchmark table: any part can be made alone, in any encoding, and its truth is true."""

from __future__ import annotations

import csv
from pathlib import Path

from stdnum.cn import ric

from cityhall.packing.queries import generate_big, wenzhou_agencies, wenzhou_catalogue
from cityhall.packing.synthesis.compiling import Query
from cityhall.packing.synthesis.declaring import HERE, built_in_words, read_yaml, table_from
from cityhall.packing.synthesis.engine import engine, number_rows


def test_parts_are_the_whole(tmp_path: Path) -> None:
    whole = generate_big(tmp_path / "whole.csv", rows=6000)
    parts = [generate_big(tmp_path / f"part{n}.csv", rows=3000, first_row=3000 * n) for n in (0, 1)]
    lines = [line for part in parts for line in part.path.read_text("utf-8").splitlines()[1:]]
    assert lines == whole.path.read_text("utf-8").splitlines()[1:]


def test_another_encoding_holds_the_same_text(tmp_path: Path) -> None:
    plain = generate_big(tmp_path / "plain.csv", rows=2000)
    other = generate_big(tmp_path / "other.csv", rows=2000, encoding="gb18030")
    assert other.path.read_bytes().decode("gb18030") == plain.path.read_text("utf-8")
    assert [path.name for path in tmp_path.glob("*.utf-8")] == []


def test_the_truth_is_true(tmp_path: Path) -> None:
    made = generate_big(tmp_path / "big.csv", rows=20_000)
    with made.path.open(encoding="utf-8", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)][1:]
    assert len(rows) == made.rows == made.truth["rows"]
    assert len(rows) - len(set(rows)) == made.truth["duplicates"] > 0
    right = str.maketrans("０１２３４５６７８９", "0123456789")
    numbers = [row[1].strip().translate(right).upper() for row in rows]
    wrong = sum(len(n) == 18 and ric.calc_check_digit(n) != n[17] for n in numbers)
    told = {(entry["error"], entry["item"]): entry["rows"] for entry in made.truth["errors"]}
    assert wrong == told["wrong_check_digit", "身份证号"] > 0
    assert sum(not number for number in numbers) == told["missing", "身份证号"]
    assert 110 <= made.bytes / made.rows <= 130


def test_threads_do_not_matter(tmp_path: Path) -> None:
    declared = read_yaml(HERE / "big.yaml")
    query = Query(table_from(declared, rows=300_000), 1, built_in_words())
    for threads in (1, 2):
        with engine(threads=threads) as con:
            numbers = number_rows(con, 0, 300_000)
            con.execute(f"COPY ({query.written(numbers)}) TO '{tmp_path}/{threads}.csv' (FORMAT csv)")
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()


def test_the_catalogue_of_a_whole_city_has_the_published_counts() -> None:
    agencies, datasets = wenzhou_agencies(), wenzhou_catalogue()
    levels = [agency["level"] for agency in agencies]
    assert (
        levels.count("municipal_unit"),
        levels.count("county_or_district"),
        levels.count("functional_area"),
    ) == (72, 12, 2)
    assert len(datasets) == 2149
    assert sum(len(dataset["items"]) for dataset in datasets) == 13_365
    assert len({dataset["field"] for dataset in datasets}) == 22
    unconditional = [d for d in datasets if all(i["opening"]["class"] == "unconditional" for i in d["items"])]
    assert (len(unconditional), len(datasets) - len(unconditional)) == (1180, 969)
    assert len({d["title"]["zh"] for d in datasets}) == len({d["title"]["en"] for d in datasets}) == 2149
    assert {d["agency"] for d in datasets} == {agency["code"] for agency in agencies}
