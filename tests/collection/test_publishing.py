"""One command: a file becomes a governed dataset, in one transaction, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from tests.collection.conftest import CLEAN, DIRTY

from cityhall.catalog.models import Dataset
from cityhall.catalog.queries import dataset
from cityhall.cleaning.queries import bad_rows, findings, latest_report
from cityhall.collection.actions import Overrides, publish_file
from cityhall.collection.errors import DiskFull, FileMissing, KeyColumnAbsent, KeyMissing, SettingWrong
from cityhall.collection.models import Run, Source
from cityhall.collection.queries import log, runs
from cityhall.kernel.actor import ANONYMOUS, Actor
from cityhall.kernel.errors import CityhallError, NotAllowed
from cityhall.ledger.models import Entry
from cityhall.warehouse.queries import files_of, raw_path, version, versions

Write = Callable[..., Path]
pytestmark = pytest.mark.django_db


def test_a_file_becomes_a_dataset_with_version_report_and_findings(
    steward: Actor, home: Path, write: Write
) -> None:
    published = publish_file(steward, write(DIRTY))
    (table,) = published.tables
    receipt = table.receipt
    assert (receipt["read"], receipt["clean"], receipt["quarantined"], receipt["duplicates"]) == (
        203,
        200,
        2,
        1,
    )
    assert receipt["version"] == 1
    entry = dataset(table.dataset_id)
    assert entry.state == "published"
    assert [item.name for item in entry.items] == ["编号", "名称", "数量", "日期"]
    assert {item.name: item.type for item in entry.items}["数量"] == "integer"
    assert all(item.sharing.reason.zh and item.opening.reason.zh for item in entry.items)
    assert version(entry.id).rows == 200
    assert raw_path(published.sha256).read_bytes() == DIRTY.encode()
    report = latest_report(entry.id)
    assert report is not None
    assert report.quarantined == 2
    assert {(one.column, one.rows) for one in findings(dataset_id=entry.id)} == {("日期", 1), ("数量", 1)}
    rows = bad_rows(report.id).rows
    assert [row.line for row in rows] == [202, 203]
    assert rows[0].cells["日期"] == "2024-13-45"


def test_every_action_has_one_entry_without_personal_data(steward: Actor, home: Path, write: Write) -> None:
    before = Entry.objects.count()
    publish_file(steward, write(DIRTY))
    entries = list(Entry.objects.order_by("id")[before:])
    verbs = sorted(entry.verb for entry in entries)
    assert verbs.count("collection.load_version") == 1
    assert verbs.count("catalog.draft_dataset") == 1
    assert all("坏日期" not in entry.body for entry in entries)


def test_the_same_file_again_changes_nothing_and_says_so(steward: Actor, home: Path, write: Write) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    again = publish_file(steward, write(CLEAN)).tables[0]
    assert again.unchanged
    assert again.dataset_id == first.dataset_id
    assert len(versions(first.dataset_id)) == 1


def test_new_bytes_of_the_same_name_are_the_next_version(steward: Actor, home: Path, write: Write) -> None:
    first = publish_file(steward, write(CLEAN)).tables[0]
    second = publish_file(steward, write(CLEAN + "A900,新,9,2024-04-01\n")).tables[0]
    assert second.dataset_id == first.dataset_id
    assert not second.new
    assert version(first.dataset_id).rows == 201
    assert Source.objects.count() == 1


def test_a_rehearsal_leaves_no_row_and_no_file(steward: Actor, home: Path, write: Write) -> None:
    told = publish_file(steward, write(DIRTY), dry_run=True)
    assert told.dry_run
    assert told.tables[0].receipt["quarantined"] == 2
    assert not Dataset.objects.exists()
    assert not Run.objects.exists()
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_rehearsal_of_a_known_file_is_under_its_contract(steward: Actor, home: Path, write: Write) -> None:
    first = publish_file(
        steward, write(CLEAN), Overrides(code="wells", items={"名称": {"title": "井名"}})
    ).tables[0]
    runs, more = (
        Run.objects.count(),
        CLEAN.replace("编号,名称", "编号,名称,备注").replace("\nA000,", "\nA000,甲,"),
    )
    for path, how in ((write(more), Overrides()), (write(more, "other.csv"), Overrides(code="wells"))):
        told = publish_file(steward, path, how, dry_run=True).tables[0]
        assert (told.new, told.dataset_id) == (False, first.dataset_id)
        assert next(item for item in told.items if item.name == "名称").title.zh == "井名"
        assert "备注" in told.warnings[-1].zh, "the steward would have to decide"
    assert Run.objects.count() == runs
    same = publish_file(steward, write(CLEAN), dry_run=True).tables[0]
    assert same.warnings == ()


def test_options_count_for_a_known_file_too(steward: Actor, home: Path, write: Write) -> None:
    """A file first published to replace may later be added, or merged by a key."""
    first = publish_file(steward, write(CLEAN)).tables[0]
    assert (first.encoding, first.format) == ("utf-8", "csv")
    publish_file(steward, write("编号,名称,数量,日期\nB000,新,7,2024-05-01\n"), Overrides(mode="append"))
    assert version(first.dataset_id).rows == 201
    how = Overrides(mode="upsert", key=("名称",))
    publish_file(steward, write("编号,名称,数量,日期\nB001,新,8,2024-05-01\n"), how)
    assert version(first.dataset_id).rows == 201


def test_what_another_dataset_collects_is_said_before_it_is_collected_again(
    steward: Actor, home: Path, write: Write
) -> None:
    rows = "".join(f"{n},11010519491231002X,138{n:08d},好\n" for n in range(60))
    publish_file(steward, write("序号,身份证号,手机号码,备注\n" + rows, "one.csv"), Overrides(code="one"))
    again = write("序号,身份证号,手机号码,备注\n" + rows.replace("好", "优"), "two.csv")
    rehearsed = publish_file(steward, again, Overrides(code="two"), dry_run=True).tables[0]
    told = publish_file(steward, again, Overrides(code="two")).tables[0]
    assert any("one" in warning.zh for warning in rehearsed.warnings)
    assert told.warnings == rehearsed.warnings


def test_personal_data_is_said_loudly_and_not_opened(steward: Actor, home: Path, write: Write) -> None:
    people = "姓名,身份证号,备注\n" + "".join(f"张{n},11010519491231002X,好{n}\n" for n in range(60))
    (table,) = publish_file(steward, write(people, "people.csv")).tables
    items = {item.name: item for item in table.items}
    assert items["身份证号"].level >= 3
    assert items["身份证号"].opening.kind != "unconditional"
    assert items["姓名"].level >= 3, "a name beside an identity number is personal"
    assert items["备注"].opening.kind == "unconditional"
    assert "身份证号" in table.warnings[0].zh
    assert "备注" not in table.warnings[0].zh


def test_what_stands_beside_a_name_is_as_personal_as_the_name(
    steward: Actor, home: Path, write: Write
) -> None:
    """Party, schooling and mailboxes say nothing alone; beside names they tell of somebody. Figures stay open."""
    head, line = "村里別,姓     名,黨籍,學歷,電子信箱,所轄鄰數", "{0}里,{1}{2},{3},大學,無,{4}"
    rows = [
        line.format("東西南北"[at % 4], "王李張劉陳楊"[at % 6], "偉芳娜敏靜"[at % 5], "無黨"[at % 2], at)
        for at in range(40)
    ]
    (table,) = publish_file(steward, write("\n".join([head, *rows]))).tables
    levels = {item.name: item.level for item in dataset(table.dataset_id).items}
    assert list(levels.values()) == [1, 3, 3, 3, 3, 1]
    apart = "\n".join(",".join([*one.split(",")[:1], *one.split(",")[2:]]) for one in [head, *rows])
    (table,) = publish_file(steward, write(apart, "apart.csv")).tables
    assert {item.level for item in dataset(table.dataset_id).items} == {1}


def test_options_and_the_yaml_beside_the_file_override_what_is_found(
    steward: Actor, home: Path, write: Write
) -> None:
    path = write(CLEAN)
    write(
        "title: {en: Wells, zh: 水井}\nitems:\n"
        "  数量: {name: depth, level: 2, opening_reason: {en: Under study, zh: 研究中}}\ncode: wells\n",
        "wells.csv.cityhall.yaml",
    )
    (table,) = publish_file(steward, path, Overrides(code="wells-2024")).tables
    entry = dataset("wells-2024")
    assert entry.id == table.dataset_id
    assert entry.title.en == "Wells"
    items = {item.name: item for item in entry.items}
    assert items["depth"].level == 2
    assert items["depth"].opening.kind == "restricted"
    assert items["depth"].opening.reason.zh == "研究中"
    again = publish_file(steward, write(CLEAN + "A901,x,1,2024-01-01\n")).tables[0]
    assert again.dataset_id == entry.id, "the column stays bound to its renamed item"
    assert again.receipt["version"] == 2


MISTAKEN = "编号,安装日期\n" + "".join(f"B{n},{'2021-05-01' if n < 6 else '2021-13-45'}\n" for n in range(10))


def test_a_type_that_the_sender_gives_ends_the_rule_drafted_of_the_values(
    steward: Actor, home: Path, write: Write
) -> None:
    """Two values in ten rows look like a list of codes; said to be dates, six are good and four are not."""
    given = Overrides(items={"安装日期": {"type": "date", "name": "日期"}})
    (table,) = publish_file(steward, write(MISTAKEN), given).tables
    assert (table.receipt["clean"], table.receipt["quarantined"]) == (6, 4)
    (as_text,) = publish_file(
        steward, write(MISTAKEN, "other.csv"), Overrides(items={"安装日期": {"name": "日期"}})
    ).tables
    assert as_text.receipt["clean"] == 10


@pytest.mark.parametrize(
    "text",
    [
        "- a\n",
        "titel: x\n",
        "items: 3\n",
        "title: [\n",
        "items: {数量: {element: nonsense}}\n",
        "mode: merge\n",
    ],
)
def test_a_wrong_yaml_is_refused_with_a_name(steward: Actor, home: Path, write: Write, text: str) -> None:
    path = write(CLEAN)
    write(text, "wells.csv.cityhall.yaml")
    with pytest.raises(SettingWrong):
        publish_file(steward, path)
    assert not versions_exist()


def versions_exist() -> bool:
    return any(run.version for run in runs())


def test_upsert_by_key_and_upsert_without_one(steward: Actor, home: Path, write: Write) -> None:
    with pytest.raises(KeyMissing):
        publish_file(steward, write("a,b\n1,2\n1,3\n", "nokey.csv"), Overrides(mode="upsert"))
    with pytest.raises(KeyColumnAbsent):
        publish_file(steward, write("a,b\n1,2\n", "wrongkey.csv"), Overrides(mode="upsert", key=("c",)))
    how = Overrides(mode="upsert", key=("编号",))
    first = publish_file(steward, write(CLEAN), how).tables[0]
    publish_file(steward, write("编号,名称,数量,日期\nA000,改,7,2024-05-01\nA999,新,8,2024-05-02\n"), how)
    assert version(first.dataset_id).rows == 201


def test_append_adds_rows(steward: Actor, home: Path, write: Write) -> None:
    how = Overrides(mode="append")
    first = publish_file(steward, write(CLEAN), how).tables[0]
    publish_file(steward, write("编号,名称,数量,日期\nB000,新,7,2024-05-01\n"), how)
    assert version(first.dataset_id).rows == 201
    assert len(files_of(version(first.dataset_id))) == 2


def _book(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_sheets_of_the_same_columns_are_joined_and_others_kept_apart(
    steward: Actor, home: Path, tmp_path: Path
) -> None:
    months = {
        f"{month}月": [["站点", "水位"], *[[f"S{n}", n * month] for n in range(1, 6)]] for month in (1, 2, 3)
    }
    joined = publish_file(steward, _book(tmp_path / "months.xlsx", months)).tables
    assert len(joined) == 1
    assert joined[0].receipt["clean"] == 15
    assert [item.name for item in joined[0].items] == ["工作表", "站点", "水位"]
    different = {
        "站": [["站点", "经理"], ["S1", "王"], ["S2", "李"]],
        "水": [["河", "长"], ["瓯江", 388], ["飞云江", 203]],
    }
    apart = publish_file(steward, _book(tmp_path / "two.xlsx", different)).tables
    assert len(apart) == 2
    assert len({table.dataset_id for table in apart}) == 2
    again = publish_file(
        steward, _book(tmp_path / "two.xlsx", {**different, "水": [["河", "长"], ["鳌江", 82]]})
    ).tables
    assert {table.dataset_id for table in again} == {table.dataset_id for table in apart}


def test_nobody_without_the_right_publishes(agency_id: str, home: Path, write: Write) -> None:
    stranger = Actor(id="p", name="p", kind="person", roles=frozenset({("steward", "agy_other")}))
    for actor in (ANONYMOUS, stranger):
        with pytest.raises(CityhallError) as caught:
            publish_file(actor, write(CLEAN), Overrides(agency=agency_id))
        assert isinstance(caught.value, NotAllowed)
    assert not Run.objects.exists()


def test_a_full_disk_while_landing_ends_the_run_with_its_code(
    steward: Actor, home: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cityhall.collection.landing.land", full)
    with pytest.raises(DiskFull):
        publish_file(steward, write(CLEAN))
    (told,) = runs()
    assert (told.stage, told.active) == ("failed", False)
    assert told.error is not None
    assert told.error["code"] == "collection.disk_full"


def test_a_missing_file_is_named(steward: Actor, home: Path, tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        publish_file(steward, tmp_path / "nothing.csv")


def test_progress_is_told_and_the_run_keeps_log_and_timings(steward: Actor, home: Path, write: Write) -> None:
    heard: list[tuple[str, float]] = []
    table = publish_file(
        steward, write(DIRTY), progress=lambda stage, share, what: heard.append((stage, share))
    ).tables[0]
    stages = list(dict.fromkeys(stage for stage, _ in heard))
    assert stages == ["landing", "decoding", "staging", "recognising", "checking", "committing"]
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    (run,) = runs(dataset_id=table.dataset_id)
    assert run.stage == "done"
    assert run.progress == 1
    assert set(run.timings) >= {"landing", "checking", "committing"}
    took = {stage.name: (stage.bytes, stage.rows) for stage in run.stages}
    assert took["landing"] == (run.bytes, None)
    assert took["decoding"] == (run.bytes, table.receipt["read"])
    assert took["checking"][1] == table.receipt["read"]
    assert took["committing"][1] == table.receipt["clean"] > 0
    assert "sha256" in log(run.id)[0].text.en


def test_rows_that_cannot_be_split_are_quarantined_too(steward: Actor, home: Path, write: Write) -> None:
    broken = CLEAN.encode() + b"B1,\xff\xfe\xff,3,2024-01-01\n" + b"B2,a,b,c,d,e,f\n"
    (table,) = publish_file(steward, write(broken)).tables
    receipt = table.receipt
    assert receipt["read"] == receipt["clean"] + receipt["quarantined"] + receipt["duplicates"] == 202
    assert receipt["quarantined"] == 2
    raw = [row.raw for row in bad_rows(receipt["report"]).rows]
    assert any(text and "B2" in text for text in raw)


def test_what_decoding_remarked_stands_in_the_run_s_log(steward: Actor, home: Path, write: Write) -> None:
    table = publish_file(steward, write("街道,户数\n东街,120\n西街,80\n合计,200\n")).tables[0]
    assert [text.en for text in table.notes] == [line.text.en for line in log(table.run_id)[1:]]
    assert "合计 / 200" in log(table.run_id)[1].text.zh
