"""Histories of cases come in from any file that data comes in: text in any encoding, workbooks, archives, Parquet."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cityhall.app.histories import take_in_history
from cityhall.cases.actions import ImportReport, install_type
from cityhall.cases.errors import HistoryUnreadable, MappingRefused
from cityhall.cases.queries import case, refusals
from cityhall.collection.queries import StagedTable
from cityhall.identity.errors import RightMissing
from cityhall.kernel.actor import ANONYMOUS, system_actor

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("test")
TYPE = Path(__file__).parents[2] / "packs" / "hotline" / "cases" / "service_request.yaml"
ROWS = [
    ["編號", "類別", "地點", "受理時間", "辦結時間"],
    ["台-1", "道路坑洞", "中山路與建國路口，靠近市場", "2024-03-01 09:12", "2024-03-04 16:40"],
    ["台-2", "路燈不亮", "和平東路二段的巷子裡", "2024-03-01 23:50", ""],
    ["台-3", "垃圾堆積", "仁愛公園東側步道旁邊", "2024-03-02 08:00", "2024-03-01 17:00"],
]
MAPPING = """
import: service_request
number: 編號
steps:
  - {do: report, at: 受理時間, with: {kind: 類別, address: 地點}}
  - {do: settle, at: 辦結時間}
"""


@pytest.fixture
def load(home: Path, db: None, tmp_path: Path) -> Callable[..., ImportReport]:
    """Takes in a file of this name that something writes; `read` hears how."""
    install_type(SYSTEM, TYPE)
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")

    def take(name: str, write: Callable[[Path], object], read: Callable[..., object] = print) -> ImportReport:
        write(tmp_path / name)
        return take_in_history(SYSTEM, tmp_path / "mapping.yaml", tmp_path / name, read=read)

    return take


def text(delimiter: str = ",", rows: list[list[str]] = ROWS) -> str:
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def encoded(codec: str, delimiter: str = ",") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text(delimiter).encode(codec))


def sheets(**named: list[list[str]]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in named.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append([cell or None for cell in row])
        book.save(path)

    return write


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("年報.csv", text().encode("gb18030"))


def parquet(path: Path) -> None:
    columns = zip(*([cell or None for cell in row] for row in ROWS[1:]), strict=True)
    pq.write_table(pa.table(dict(zip(ROWS[0], map(list, columns), strict=True))), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("utf8.csv", encoded("utf-8")),
        ("marked.csv", encoded("utf-8-sig")),
        ("gb.csv", encoded("gb18030")),
        ("big5.csv", encoded("big5")),
        ("wide.txt", encoded("utf-16", "\t")),
        ("tabs.tsv", encoded("gb18030", "\t")),
        ("semicolons.csv", encoded("utf-8", ";")),
        ("packed.csv.gz", lambda path: path.write_bytes(gzip.compress(text().encode("gb18030")))),
        ("packed.zip", zipped),
        ("book.xlsx", sheets(Cases=ROWS)),
        ("table.parquet", parquet),
        ("misnamed.csv", sheets(Cases=ROWS)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_any_file_tells_the_same_history(
    load: Callable[..., ImportReport], name: str, write: Callable[[Path], object]
) -> None:
    report = load(name, write)
    assert (report.read, report.taken, report.events, report.reasons) == (3, 2, 3, {"cases.out_of_order": 1})
    assert case(SYSTEM, "台-2").fields == {"kind": "路燈不亮", "address": "和平東路二段的巷子裡"}
    assert case(SYSTEM, "台-1").outcome == "settled"
    (refused,) = refusals(report.batches[0])
    assert list(refused.rows[0].values()) == ROWS[3], "the row as it was, and nothing beside it"
    again = load(name, lambda _path: None)
    assert (again.skipped, again.taken) == (1, 2), "a file is known by its bytes"


def test_sheets_of_the_same_columns_are_one_history_and_others_are_told(
    load: Callable[..., ImportReport],
) -> None:
    report = load("years.xlsx", sheets(**{"2023": ROWS[:2], "2024": [ROWS[0], ROWS[2]]}))
    assert (report.read, report.taken) == (2, 2)
    heard: list[tuple[str, ...]] = []
    notes = [["說明", "值"], ["來源", "舊系統"], ["單位", "市府"]]
    more = [ROWS[0], ["台-9", *ROWS[1][1:]]]

    def read(table: StagedTable, left_out: tuple[str, ...]) -> None:
        heard.append((table.name, table.format, *left_out))

    assert load("noted.xlsx", sheets(Notes=notes, Cases=more), read).taken == 1
    assert heard == [("Cases", "xlsx", "Notes")]


def test_two_tables_that_both_fit_are_for_people_to_tell_apart(load: Callable[..., ImportReport]) -> None:
    other = [[*row, "x"] for row in ROWS]
    with pytest.raises(HistoryUnreadable) as refused:
        load("two.xlsx", sheets(One=ROWS, Two=other))
    assert "One, Two" in refused.value.say("en")


def test_a_line_that_does_not_fall_into_cells_refuses_the_file(load: Callable[..., ImportReport]) -> None:
    many = [[f"台-{number}", *ROWS[1][1:]] for number in range(60)]
    torn = text(rows=[ROWS[0], *many]) + "台-4,道路坑洞,一,二,三,四,五\r\n"
    with pytest.raises(HistoryUnreadable) as refused:
        load("torn.csv", lambda path: path.write_bytes(torn.encode("gb18030")))
    assert "line 62" in refused.value.say("en")


def test_what_is_no_table_and_who_may_not(load: Callable[..., ImportReport], tmp_path: Path) -> None:
    with pytest.raises(MappingRefused) as refused:
        load("other.csv", lambda path: path.write_text("a,b\n1,2\n", "utf-8"))
    assert "編號" in refused.value.say("en")
    with pytest.raises(RightMissing):
        take_in_history(ANONYMOUS, tmp_path / "mapping.yaml", tmp_path / "other.csv")
