"""The synthetic city: the same bytes for the same seed, a file for every dataset, and the truth about every error."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from stdnum import luhn
from stdnum.cn import ric, uscc
from tests.packing.conftest import SCALE
from tests.packing.reading import Rows, rows_of

from cityhall.packing.queries import CityMade, generate_city

# One dataset in each of the clothes, with and without versions.
SOME = (
    "population_register",
    "relief_households",
    "enterprises",
    "traffic_counts",
    "dwellings",
    "doctors",
    "police_calls",
    "bus_routes",
    "bus_stops",
    "parcels",
    "parking_lots",
    "outpatient_visits",
    "elderly_allowances",
    "presale_permits",
)
FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def _catalogue(city: CityMade) -> dict[str, Any]:
    return yaml.safe_load((city.root / "catalogue.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def datasets(city: CityMade) -> dict[str, dict[str, Any]]:
    return {dataset["code"]: dataset for dataset in _catalogue(city)["datasets"]}


def _rows(city: CityMade, dataset: dict[str, Any], version: int = 0) -> Rows:
    names = [item["name"] for item in dataset["items"]]
    return rows_of(city.root / dataset["file"]["versions"][version], dataset["file"], names)


def _count(city: CityMade, code: str, error: str, item: str = "", version: int = 0) -> int:
    errors = city.truth[code]["files"][version]["errors"]
    return next(entry["rows"] for entry in errors if entry["error"] == error and entry["item"] == item)


def _digest(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "sources.yaml"  # holds the folder's own path
    }


def test_the_same_seed_gives_the_same_bytes(city: CityMade, tmp_path: Path) -> None:
    again = _digest(generate_city(tmp_path / "again", scale=SCALE, only=SOME).root)
    files = {name: digest for name, digest in again.items() if name.startswith("files/")}
    assert len(files) > len(SOME)
    assert files == {name: digest for name, digest in _digest(city.root).items() if name in files}


def test_another_seed_gives_another_city(city: CityMade, tmp_path: Path) -> None:
    other = generate_city(tmp_path / "other", scale=SCALE, seed=7, only=SOME)
    same = [name for name, digest in _digest(other.root).items() if _digest(city.root).get(name) == digest]
    assert [name for name in same if name.startswith("files/")] == []


def test_every_dataset_has_its_files(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    assert len(datasets) == city.datasets == 80
    assert {dataset["field"] for dataset in datasets.values()} == {
        f["code"] for f in _catalogue(city)["fields"]
    }
    assert all((city.root / path).exists() for d in datasets.values() for path in d["file"]["versions"])


def test_agencies_are_twelve_the_data_bureau_and_eleven_centres_with_valid_codes(city: CityMade) -> None:
    agencies = _catalogue(city)["agencies"]
    assert len(agencies) == 13 + 11
    assert len({agency["uscc"] for agency in agencies}) == 24
    assert {agency["level"] for agency in agencies} == {
        "municipal_unit",
        "county_or_district",
        "functional_area",
        "public_service_operator",
    }
    assert all(uscc.is_valid(agency["uscc"]) for agency in agencies)


def test_districts_publish_what_lies_in_their_district(datasets: dict[str, dict[str, Any]]) -> None:
    toilets = {code: one for code, one in datasets.items() if code.startswith("public_toilets")}
    assert {one["agency"]: one["region"] for one in toilets.values()} == {
        "lucheng_district": "330302",
        "longwan_district": "330303",
        "ouhai_district": "330304",
        "yongjia_district": "330324",
        "pingyang_district": "330326",
        "cangnan_district": "330327",
        "ruian_district": "330381",
        "yueqing_district": "330382",
    }
    assert toilets["public_toilets_ruian"]["title"] == {
        "zh": "瑞安市公共厕所",
        "en": "Public toilets of Rui'an City",
    }
    assert len({one["region"] for one in datasets.values()}) == 13


def test_the_city_names_its_districts_and_streets_in_both_languages(city: CityMade) -> None:
    named = {one["code"]: one for one in _catalogue(city)["divisions"]}
    assert len([code for code in named if len(code) == 6]) == 13
    assert named["330302001"] == {"code": "330302001", "name": "听潮街道", "english": "Tingchao Subdistrict"}


def test_every_file_has_the_rows_of_the_truth(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    for code, dataset in datasets.items():
        for version, told in enumerate(city.truth[code]["files"]):
            assert len(_rows(city, dataset, version)) == told["rows"], (code, version)
            assert told["rows"] == told["clean"] + told["quarantined"] + told["duplicates"], (code, version)


def test_duplicates_are_counted(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    counted = 0
    for code, dataset in datasets.items():
        for version, told in enumerate(city.truth[code]["files"]):
            rows = [tuple(row.values()) for row in _rows(city, dataset, version)]
            assert len(rows) - len(set(rows)) == told["duplicates"], (code, version)
            counted += told["duplicates"]
    assert counted > 50


def test_repeated_keys_are_counted(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    rows = {tuple(row.values()) for row in _rows(city, datasets["vaccinations"])}
    keys = [row[0] for row in rows]
    assert len(keys) - len(set(keys)) == _count(city, "vaccinations", "repeated_key") > 0


def _plain(text: str) -> str:
    return text.strip().translate(FULL_WIDTH).upper()


def test_identity_numbers_are_wrong_where_the_truth_says_so(
    city: CityMade, datasets: dict[str, dict[str, Any]]
) -> None:
    seen: Counter[str] = Counter()
    for row in _rows(city, datasets["population_register"]):
        seen[_identity(row["身份证号"])] += 1
    kinds = ("missing", "wrong_length", "impossible_birth_date", "wrong_check_digit")
    told = {kind: _count(city, "population_register", kind, "身份证号") for kind in kinds}
    assert {kind: seen[kind] for kind in kinds} == told
    assert sum(told.values()) > 0


def _identity(text: str) -> str:
    number = _plain(text)
    if not number:
        return "missing"
    if len(number) != 18:
        return "wrong_length"
    if number[10:14] == "1332":
        return "impossible_birth_date"
    date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return "right" if ric.calc_check_digit(number) == number[17] else "wrong_check_digit"


def test_repaired_cells_are_counted(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    cells = [row["身份证号"] for row in _rows(city, datasets["population_register"])]
    told = {
        e: _count(city, "population_register", e, "身份证号")
        for e in ("lower_case", "full_width", "surrounding_spaces")
    }
    assert told == {
        "lower_case": sum("x" in cell for cell in cells),
        "full_width": sum(bool(re.search("[０-９]", cell)) for cell in cells),
        "surrounding_spaces": sum(cell != cell.strip() for cell in cells),
    }
    assert all(told.values())


def test_credit_codes_and_cards_are_right_but_for_the_told_ones(
    city: CityMade, datasets: dict[str, dict[str, Any]]
) -> None:
    codes = [_plain(row["统一社会信用代码"]) for row in _rows(city, datasets["enterprises"])]
    wrong = sum(bool(code) and not uscc.is_valid(code) for code in codes)
    assert wrong == _count(city, "enterprises", "wrong_check_character", "统一社会信用代码") > 0
    cards = [_plain(row["发放账号"]) for row in _rows(city, datasets["relief_households"])]
    assert sum(not luhn.is_valid(card) for card in cards) == _count(
        city, "relief_households", "wrong_luhn_digit", "发放账号"
    )


WAYS = {
    "date_in_words": r"\d{4}年\d+月\d+日",
    "date_in_8_digits": r"\d{8}",
    "date_with_slashes": r"\d{4}/\d+/\d+",
    "date_with_dots": r"\d{4}\.\d+\.\d+",
    "excel_serial": r"\d{5}",
    "impossible_date": r"\d{4}-(02-30|13-01|04-31|00-10|06-45)",
}


def test_dates_are_written_in_the_told_ways(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    cells = [row["登记日期"] for row in _rows(city, datasets["motor_vehicles"])]
    found = {way: sum(bool(re.fullmatch(pattern, cell)) for cell in cells) for way, pattern in WAYS.items()}
    assert found == {way: _count(city, "motor_vehicles", way, "登记日期") for way in WAYS}


def test_ends_before_starts_are_counted(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    plain = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
    rows = _rows(city, datasets["special_equipment"])
    early = sum(
        row["下次检验日期"] < row["检验日期"]
        for row in rows
        if plain(row["检验日期"]) and plain(row["下次检验日期"])
    )
    told = _count(city, "special_equipment", "end_before_start", "下次检验日期")
    assert 0 < early <= told  # some of the starts are written in another way


def test_coordinates_are_swapped_or_zero_as_told(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    rows = _rows(city, datasets["police_calls"])
    assert sum(float(row["经度"]) < 90 and row["经度"] != "0" for row in rows) == _count(
        city, "police_calls", "swapped_coordinates"
    )
    assert sum(row["经度"] == row["纬度"] == "0" for row in rows) == _count(
        city, "police_calls", "null_island"
    )


def test_references_lead_somewhere_but_for_the_told_ones(
    city: CityMade, datasets: dict[str, dict[str, Any]]
) -> None:
    known = {row["楼幢编号"] for row in _rows(city, datasets["buildings"])}
    cells = [row["楼幢编号"] for row in _rows(city, datasets["dwellings"])]
    lost = sum(bool(cell) and cell not in known for cell in cells)
    assert lost == _count(city, "dwellings", "broken_reference", "楼幢编号") > 0


def test_hard_errors_stand_where_the_truth_says(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    rows = _rows(city, datasets["relief_households"], version=3)
    told = next(
        entry
        for entry in city.truth["relief_households"]["files"][3]["errors"]
        if (entry["error"], entry["item"]) == ("not_a_number", "月补助金额")
    )
    places = [
        n
        for n, row in enumerate(rows, start=1)
        if row["月补助金额"] in {"不详", "待补", "N/A", "约若干", "#REF!"}
    ]
    assert places[:100] == told["at"]


def test_versions_differ_as_told(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    dataset = datasets["relief_households"]
    wrong = {
        place - 1
        for entry in city.truth["relief_households"]["files"][0]["errors"]
        if entry["effect"] in {"quarantined", "duplicate"}
        for place in entry["at"]
    }
    before = {row["救助编号"]: row for n, row in enumerate(_rows(city, dataset, 0)) if n not in wrong}
    after = {row["救助编号"]: row for row in _rows(city, dataset, 1)}
    told = city.truth["relief_households"]["files"][1]["difference"]
    assert sum(key not in after for key in before) == told["removed"]
    assert sum(key in after and after[key] != row for key, row in before.items()) == told["changed"] > 0
    assert told["added"] > 0


def test_an_upsert_repeats_only_what_changed(city: CityMade) -> None:
    first, second, third = city.truth["enterprises"]["files"]
    assert second["rows"] < first["rows"] / 5
    assert second["difference"]["changed"] > 0 < third["difference"]["changed"]


def test_the_truth_file_says_what_the_call_says(city: CityMade) -> None:
    told = json.loads((city.root / "truth.json").read_text("utf-8"))
    assert told["synthetic"] is True
    assert told["datasets"] == city.truth


def test_sources_are_one_of_each_kind(city: CityMade, datasets: dict[str, dict[str, Any]]) -> None:
    sources = yaml.safe_load((city.root / "sources.yaml").read_text("utf-8"))
    assert sorted(source["kind"] for source in sources) == [
        "api",
        "database",
        "folder",
        "http",
        "push",
        "remote",
    ]
    assert all(source["dataset"] in datasets for source in sources)
    assert not any(place in str(source) for source in sources for place in ("{root}", "{feeds}"))


def test_a_level_never_allows_more_opening_than_it_may(datasets: dict[str, dict[str, Any]]) -> None:
    widest = {1: {"unconditional"}, 2: {"restricted"}, 3: {"restricted"}, 4: {"forbidden"}}
    for dataset in datasets.values():
        for item in dataset["items"]:
            assert item["opening"]["class"] in widest[item["level"]], (dataset["code"], item["name"])
