"""From recognition to the drafted contract and the report, on a small staged register."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from tests.cleaning.staging import AS_OF, codes, identity, rows, staged

from cityhall.cleaning.engine import (
    check,
    draft_contract,
    recognise,
    report,
)
from cityhall.cleaning.reasons import reasons


def register(size: int = 400) -> dict[str, list[str | None]]:
    """A register with two rows at fault among `size`."""
    columns: dict[str, list[str | None]] = {
        "编号": [f"{n:06}" for n in range(size)],
        "身份证号": [identity(n) for n in range(size)],
        "姓名": ["张三" if n % 2 else "李四四" for n in range(size)],
        "出生日期": [f"{1950 + n % 50}/{1 + n % 12}/{1 + n % 28}" for n in range(size)],
        "金额": [f"{n}.{n % 100:02}" for n in range(size)],
        "人数": [str(n % 37) for n in range(size)],
        "经度": [f"120.{n:05}" for n in range(size)],
        "类别": ["住宅" if n % 3 else "商业" for n in range(size)],
        "空": [None] * size,
    }
    columns["身份证号"][3] = "330302199001011230"
    columns["金额"][5] = "不详"
    return columns


def test_recognition_names_elements_types_keys_and_code_lists(tmp_path: Path) -> None:
    found = {one.column: one for one in recognise(staged(tmp_path, register()), workdir=tmp_path / "work")}
    assert {name: (one.type, one.element) for name, one in found.items()} == {
        "编号": ("text", None),
        "身份证号": ("text", "cn_identity_number"),
        "姓名": ("text", "cn_person_name"),
        "出生日期": ("date", "date"),
        "金额": ("decimal", "amount"),
        "人数": ("integer", None),
        "经度": ("decimal", "longitude"),
        "类别": ("text", "code_list"),
        "空": ("text", None),
    }
    assert found["编号"].repeated == 0
    assert dict(found["类别"].codes).keys() == {"住宅", "商业"}
    assert found["身份证号"].personal
    assert found["身份证号"].level == "L3"
    assert (found["身份证号"].evidence.tested, found["身份证号"].evidence.matched) == (400, 399)  # type: ignore[union-attr]


def test_the_drafted_contract_rejects_only_the_rows_at_fault(tmp_path: Path) -> None:
    table = staged(tmp_path, register())
    recognition = recognise(table, workdir=tmp_path / "work")
    contract = draft_contract(recognition)
    assert contract.key == ("编号",)
    for known in ((), recognition):  # asked again, or answers reused: the same outcome
        outcome = check(table, contract, workdir=tmp_path / f"w{len(known)}", recognition=known, as_of=AS_OF)
        assert [row["_line"] for row in rows(outcome.quarantine_file)] == [5, 7]
        assert set(codes(outcome)) == {("身份证号", "check_digit"), ("金额", "not_a_number")}
        assert outcome.clean == 398


@pytest.mark.parametrize(
    ("header", "cells", "level"),
    [
        ("身份证号", ["330302199001011230", "330302199001011231x", "3303021990"], "L3"),
        ("法人身份证号码", ["330***********1234", "330***********1235", "330***********1236"], "L3"),
        ("Identity number", ["A-1 of 1990", "B-2 of 1991", "C-3 of 1992"], "L3"),
        ("银行账号", ["33-0001-x", "33-0002-y", "33-0003-z"], "L4"),
        ("身份证有效期", ["2031-05-01", "2032-06-02", "2033-07-03"], "L1"),
        ("许可证号", ["JY13303020012x", "JY13303020013x", "JY13303020014x"], "L1"),
        ("身份证号", [None, None, None], "L1"),
    ],
)
def test_a_header_that_says_whose_number_it_is_is_believed_though_no_number_is_right(
    tmp_path: Path, header: str, cells: list[str | None], level: str
) -> None:
    (found,) = recognise(staged(tmp_path, {header: cells}), workdir=tmp_path / "work")
    assert (found.level, found.personal) == (level, level != "L1")
    assert ("header" in found.reason.en and "表头" in found.reason.zh) is (level != "L1")


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("date", ["03/25/2021", "01/02/2021"], "2021-03-25"),
        ("date", ["25/03/2021", "01/02/2021"], "2021-03-25"),
        ("日期", ["110/3/25", "104/12/31"], "2021-03-25"),
        ("日期", ["民國110年3月25日", "民國104年12月31日"], "2021-03-25"),
        ("年月", ["104Y12M", "105Y01M"], "2015-12-01"),
        ("日期", ["44280", "44281"], "2021-03-25"),
        ("award date", ["2021-03-25 00:00:00", "2021-03-26 00:00:00"], "2021-03-25"),
        ("發生日期", ["20210325", "20210326"], "2021-03-25"),
        ("發生時間", ["002800", "235900"], "00:28:00"),
        ("created", ["03/25/2021 02:30:00 PM", "03/26/2021 11:00:00 AM"], "2021-03-25 14:30:00"),
        ("时间", ["2021-03-25T02:30:00Z", "2021-03-26T02:30:00Z"], "2021-03-25 10:30:00+08:00"),
        ("额", ["1.234,50", "10,25"], "1234.5"),
        ("占比", ["12.5%", "3%"], "0.1250"),
        ("额", ["(1,200)", "￥3,000"], "-1200"),
        ("区划代码", ["010203", "330302"], "010203"),
        ("zip", ["02139", "10001"], "02139"),
        ("id", ["123456789012345678", "123456789012345679"], "123456789012345678"),
        ("day", ["01/02/2021", "03/04/2021"], "01/02/2021"),
        ("n", ["1", "2.5"], "1.0"),
        ("ok", ["是", "否"], "True"),
    ],
)
def test_ways_of_writing_are_decided_over_the_whole_column(
    tmp_path: Path, header: str, cells: list[str], expected: str
) -> None:
    table = staged(tmp_path, {header: cells * 10, "no": [str(n) for n in range(20)]})
    contract = draft_contract(recognise(table, workdir=tmp_path / "work"))
    outcome = check(table, contract, workdir=tmp_path / "work", as_of=AS_OF)
    file = str(outcome.clean_files[0])
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'Asia/Shanghai'")
        shown = connection.execute(
            f'SELECT CAST("{header}" AS VARCHAR) FROM read_parquet(?) LIMIT 1', [file]
        ).fetchall()
    assert outcome.clean == 20
    assert shown[0][0].removesuffix("+08").lower() == expected.removesuffix("+08:00").lower()


def test_the_report_has_six_dimensions_and_the_words_of_each_reason(tmp_path: Path) -> None:
    table = staged(tmp_path, register())
    recognition = recognise(table, workdir=tmp_path / "work")
    contract = draft_contract(recognition)
    outcome = check(table, contract, workdir=tmp_path / "work", as_of=AS_OF)
    body = report(table, recognition, outcome, contract, as_of=AS_OF)
    again = report(table, recognition, outcome, contract, as_of=AS_OF, previous=body)
    assert body["rows"] == {"read": 400, "clean": 398, "quarantined": 2, "duplicates": 0}
    assert body["dimensions"] == {
        "completeness": 100.0,
        "validity": round(100 * (3200 - 2) / 3200, 2),
        "uniqueness": 100.0,
        "consistency": None,
        "timeliness": None,
        "accuracy": None,
    }
    assert {one["code"] for one in body["reasons"]} == {"check_digit", "not_a_number"}
    assert all(one["says"]["zh"] and one["says"]["en"] and one["remedy"]["zh"] for one in body["reasons"])
    assert set(again["change"].values()) == {0.0}


def test_every_reason_reads_in_both_languages() -> None:
    for reason in reasons().values():
        assert reason.says.en
        assert reason.says.zh
        assert reason.remedy.en
        assert reason.remedy.zh
