"""Divisions with the days they were valid, from the bundled list and from files as they are published."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cityhall.kernel.actor import ANONYMOUS, system_actor
from cityhall.kernel.text import Text
from cityhall.ledger.models import Entry
from cityhall.places.actions import LoadReport, load_divisions
from cityhall.places.errors import (
    DivisionCodeWrong,
    DivisionUnknown,
    LoadNotAllowed,
    SourceShapeUnknown,
    SourceUnreadable,
)
from cityhall.places.models import Division
from cityhall.places.queries import (
    ancestors,
    division,
    division_history,
    division_name,
    division_reference_file,
    division_titles,
    divisions,
    find_divisions,
)
from cityhall.places.rules import level_of, normalised

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")


@pytest.fixture
def bundled() -> LoadReport:
    return load_divisions(SYSTEM)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.usefixtures("bundled")
def test_a_division_and_its_name_on_a_day() -> None:
    wenzhou = division("330300")
    assert wenzhou
    assert (wenzhou.name, wenzhou.level, wenzhou.parent) == ("温州市", "city", "330000")
    assert division_name("330302") == "浙江省温州市鹿城区"
    assert len(divisions()) == 34
    assert "330302" in {one.code for one in divisions("3303")}


@pytest.mark.usefixtures("bundled")
def test_an_abolished_code_is_kept_with_its_days() -> None:
    chongwen = division("110103")
    assert chongwen
    assert (chongwen.name, chongwen.abolished, chongwen.valid_to) == ("崇文区", True, date(2010, 1, 1))
    assert division("110103", date(2009, 12, 31)) == chongwen
    assert division("110103", date(2010, 1, 1)) is None
    assert "110103" not in {one.code for one in divisions("110000")}
    assert "110103" in {one.code for one in divisions("110000", date(2005, 6, 1))} | {
        one.code for one in divisions("110100", date(2005, 6, 1))
    }


@pytest.mark.usefixtures("bundled")
def test_a_code_that_changed_its_name() -> None:
    assert [one.name for one in division_history("320602")] == ["城中区", "城区", "崇川区"]
    named = [division("320602", date(year, 6, 1)) for year in (1981, 1985, 2000)]
    assert [one.name for one in named if one] == ["城中区", "城区", "崇川区"]


def test_loading_twice_is_like_once(bundled: LoadReport) -> None:
    before = Division.objects.count()
    assert bundled.added == bundled.read == before
    again = load_divisions(SYSTEM)
    assert (again.added, again.renamed, again.closed) == (0, 0, 0)
    assert Division.objects.count() == before


@pytest.mark.usefixtures("bundled")
def test_towns_and_villages_from_files(tmp_path: Path) -> None:
    load_divisions(SYSTEM, write(tmp_path, "s.csv", 'code,name,areaCode\n330302006,"五马街道",330302\n'))
    load_divisions(SYSTEM, write(tmp_path, "v.csv.gz", "code,name\n330302006044,鼓楼社区\n"))
    load_divisions(
        SYSTEM,
        write(tmp_path, "t.csv", "code,name,province,city,area,town\n330303,永中街道,33,03,03,001000\n"),
    )
    load_divisions(SYSTEM, write(tmp_path, "a.csv", "adcode,name,longitude\n330305000000,洞头区,121.1\n"))
    assert division_name("330302006044") == "浙江省温州市鹿城区五马街道鼓楼社区"
    assert [one.code for one in ancestors("330302006044")] == ["330000", "330300", "330302", "330302006"]
    assert [one.name for one in divisions("330303")] == ["永中街道"]
    assert division("330303001000") == division("330303001")
    assert [one.level for one in find_divisions("五马")] == ["town"]


@pytest.mark.usefixtures("bundled")
def test_english_names_come_from_a_list_that_tells_them(tmp_path: Path) -> None:
    told = "code,name,english\n330302,鹿城区,Lucheng District\n330302001,望江街道,\n"
    for renamed in (1, 0):
        assert load_divisions(SYSTEM, write(tmp_path, "e.csv", told)).renamed == renamed
    load_divisions(SYSTEM)
    titles = division_titles(["330302", "330302001", "330399"])
    assert titles == {
        "330302": Text(en="Lucheng District", zh="鹿城区"),
        "330302001": Text(en="望江街道", zh="望江街道"),
    }
    assert [one.english for one in divisions("330302")] == [""]


@pytest.mark.usefixtures("bundled")
def test_a_county_without_a_city_stands_under_its_province(tmp_path: Path) -> None:
    xiantao = division("429004")
    assert xiantao
    assert division(xiantao.parent)


def test_a_complete_list_of_a_day_begins_and_ends_divisions(tmp_path: Path) -> None:
    first = "code,name\n33,浙江省\n3303,温州市\n330302,鹿城区\n330322,洞头县\n330399,旧区\n440305,南山区\n"
    load_divisions(SYSTEM, write(tmp_path, "1.csv", first))
    second = "code,name\n33,浙江省\n3303,温州市\n330302,鹿城区\n330322,洞头区\n330383,龙港市\n"
    day = date(2019, 9, 1)
    report = load_divisions(SYSTEM, write(tmp_path, "2.csv", second), as_of=day)
    assert report == LoadReport(read=5, added=1, renamed=1, closed=1)
    assert [division("330383", one) is None for one in (date(2019, 8, 31), day)] == [True, False]
    names = [division("330322", one) for one in (date(2019, 8, 31), day)]
    assert [one.name for one in names if one] == ["洞头县", "洞头区"]
    assert division("330399", day) is None
    assert division("440305", day), "a province that the list does not cover is left alone"


@pytest.mark.usefixtures("bundled")
def test_a_history_adds_lost_codes_and_successors(tmp_path: Path) -> None:
    load_divisions(SYSTEM, write(tmp_path, "h.json", json.dumps({"999901": "旧县", "110101": "东城区"})))
    load_divisions(SYSTEM, write(tmp_path, "d.json.gz", json.dumps({"110103": ["110101"]})))
    lost, chongwen, present = division("999901"), division("110103"), division("110101")
    assert lost
    assert lost.abolished
    assert division("999901", date(2000, 1, 1)) is None
    assert chongwen
    assert chongwen.successors == ("110101",)
    assert present
    assert not present.abolished


def test_the_reference_file_has_every_code_ever(tmp_path: Path, home: Path) -> None:
    before = division_reference_file()
    codes = set(pq.read_table(before)["code"].to_pylist())
    assert {"110103", "330302"} <= codes
    load_divisions(SYSTEM)
    load_divisions(SYSTEM, write(tmp_path, "s.csv", "code,name\n330302006,五马街道\n"))
    after = division_reference_file()
    assert after == division_reference_file()
    table = pq.read_table(after)
    assert table.column_names == ["code", "name", "level", "valid_from", "valid_to", "open"]
    assert set(table["code"].to_pylist()) == codes | {"330302006"}
    open_codes = {row["code"] for row in table.to_pylist() if row["open"]}
    assert {"330303", "330302006"} <= open_codes, "nothing is listed under them"
    assert "330302" not in open_codes, "its streets are listed"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("33", "330000"),
        ("3303", "330300"),
        ("330302", "330302"),
        ("330302000000", "330302"),
        ("330302006000", "330302006"),
        ("330302006044", "330302006044"),
        (" 330300 ", "330300"),
        ("33030", ""),
        ("33030X", ""),
        ("３３０３０２", ""),
        ("", ""),
    ],
)
def test_forms_of_codes(text: str, code: str) -> None:
    assert normalised(text) == code


def test_levels_are_in_the_code() -> None:
    codes = ("330000", "330300", "330302", "330302006", "330302006044")
    assert [level_of(code) for code in codes] == ["province", "city", "county", "town", "village"]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("bad.csv", "code,name\n33,浙江省\n3x,坏\n", DivisionCodeWrong),
        ("bad.csv", "a,b\n1,2\n", SourceShapeUnknown),
        ("bad.json", "[1]", SourceShapeUnknown),
        ("bad.json", '{"330000": 5}', SourceShapeUnknown),
        ("bad.json", "{", SourceUnreadable),
        ("empty.csv", "", SourceShapeUnknown),
    ],
)
def test_a_bad_list_changes_nothing(tmp_path: Path, name: str, text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        load_divisions(SYSTEM, write(tmp_path, name, text))
    assert (Division.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceUnreadable):
        load_divisions(SYSTEM, tmp_path / "none.csv")
    (tmp_path / "gb.csv").write_bytes("code,name\n33,浙江省\n".encode("gb18030"))
    with pytest.raises(SourceUnreadable):
        load_divisions(SYSTEM, tmp_path / "gb.csv")
    (tmp_path / "broken.csv.gz").write_bytes(b"not gzip")
    with pytest.raises(SourceUnreadable):
        load_divisions(SYSTEM, tmp_path / "broken.csv.gz")


def test_only_operators_load() -> None:
    with pytest.raises(LoadNotAllowed):
        load_divisions(ANONYMOUS)


def test_a_code_that_never_was() -> None:
    assert division("990000") is None
    assert division("rubbish") is None
    with pytest.raises(DivisionUnknown):
        ancestors("990000")


@pytest.mark.realdata
def test_published_lists_down_to_the_town(real_data: Path) -> None:
    folder = real_data / "01_divisions"
    load_divisions(SYSTEM)
    for name in ("provinces.csv", "cities.csv", "areas.csv.gz", "streets.csv.gz"):
        load_divisions(SYSTEM, folder / f"china-division_{name}")
    load_divisions(SYSTEM, folder / "mumuy_history.json.gz")
    load_divisions(SYSTEM, folder / "mumuy_diff.json.gz")
    assert Division.objects.filter(level="town").count() == 41_351
    assert division_name("330302006") == "浙江省温州市鹿城区五马街道"
    assert [one.code for one in ancestors("429004001")] == ["420000", "429000", "429004"]
    dongguan = [one.code for one in ancestors("441900003")]
    assert dongguan == ["440000", "441900"]
    # every parent that is named exists
    parents = set(Division.objects.exclude(parent="").values_list("parent", flat=True))
    assert parents <= set(Division.objects.values_list("code", flat=True))
