"""The check on small staged tables: every row is accounted for, each rule rejects what it should."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cleaning.staging import AS_OF, checked, codes, identity, rows, staged

from cityhall.cleaning.engine import (
    Contract,
    ItemSpec,
    Rule,
    check,
    report,
)
from cityhall.cleaning.errors import ItemWithoutColumn, RuleUnknown


def test_clean_rows_are_typed_and_keep_their_line(tmp_path: Path) -> None:
    contract = Contract(
        (
            ItemSpec("day", "日期", "date", "date"),
            ItemSpec("sum", "金额", "amount", "decimal", params={"scale": 2}),
        )
    )
    outcome = checked(
        tmp_path, {"日期": ["2021-03-05", "2021年3月6日"], "金额": ["1.50", "¥1,200"]}, contract
    )
    found = rows(outcome.clean_files[0])
    assert [(str(row["day"]), str(row["sum"]), row["_line"]) for row in found] == [
        ("2021-03-05", "1.50", 2),
        ("2021-03-06", "1200.00", 3),
    ]
    assert outcome.mended == {"day": 1, "sum": 1}


def test_a_rejected_row_keeps_its_text_its_line_and_says_why(tmp_path: Path) -> None:
    good = identity(7)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    contract = Contract(
        (ItemSpec("id", "身份证号", "cn_identity_number"), ItemSpec("n", "数量", type="integer"))
    )
    outcome = checked(
        tmp_path,
        {"身份证号": [good, wrong, good], "数量": ["1", "many", "3"], "旁注": ["a", "b", "c"]},
        contract,
    )
    (row,) = rows(outcome.quarantine_file)
    assert (row["_line"], row["身份证号"], row["数量"], row["旁注"]) == (3, wrong, "many", "b")
    assert row["_findings"] == [
        {"column": "id", "code": "check_digit", "value": wrong, "suggestion": good},
        {"column": "n", "code": "not_a_number", "value": "many", "suggestion": None},
    ]
    assert (outcome.clean, outcome.quarantined, outcome.duplicates) == (2, 1, 0)


def test_safe_repairs_are_counted_and_not_rejected(tmp_path: Path) -> None:
    good = next(identity(n) for n in range(500) if identity(n).endswith("X"))
    full = good.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    outcome = checked(
        tmp_path,
        {"id": [good.lower(), f" {full}　", good + "\t"], "n": ["1", "2", "3"]},
        Contract((ItemSpec("id", "id", "cn_identity_number"), ItemSpec("n", "n"))),
    )
    assert [row["id"] for row in rows(outcome.clean_files[0])] == [good] * 3
    assert outcome.mended == {"id": 3}


def test_exact_duplicates_and_repeated_keys_are_told_apart(tmp_path: Path) -> None:
    columns = {"id": ["a", "b", "a", "a", "c", None], "v": ["1", "2", "1", "9", "3", "4"]}
    outcome = checked(tmp_path, columns, Contract((ItemSpec("id", "id"), ItemSpec("v", "v")), key=("id",)))
    assert rows(outcome.duplicates_file) == [{"_line": 4, "_first": 2}]
    assert [
        (row["_line"], row["_findings"][0]["code"], row["_findings"][0]["suggestion"])
        for row in rows(outcome.quarantine_file)
    ] == [
        (5, "key_repeats", "2"),
        (7, "required", None),
    ]
    assert [row["_line"] for row in rows(outcome.clean_files[0])] == [2, 3, 6]


EVENTS = {"gate": ["x", "x", "x"], "seen": [None, None, "1"]}
_EVENT = (ItemSpec("gate", "gate"), ItemSpec("seen", "seen"))


def test_rows_without_an_identity_are_events_and_all_are_kept(tmp_path: Path) -> None:
    contract = Contract(_EVENT)
    outcome = checked(tmp_path, EVENTS, contract)
    assert (outcome.clean, outcome.duplicates, outcome.duplicates_file) == (3, 0, None)
    assert codes(outcome) == {("", "row_repeats"): 1}
    body = report(staged(tmp_path, EVENTS), (), outcome, contract, as_of=AS_OF)
    assert body["dimensions"]["uniqueness"] == pytest.approx(66.67)
    assert body["reasons"][0]["severity"] == "warning"


@pytest.mark.parametrize(
    "contract",
    [
        Contract(_EVENT, key=("gate", "seen")),
        Contract((ItemSpec("gate", "gate"), ItemSpec("seen", "seen", unique=True))),
        Contract(_EVENT, rules=(Rule("once", "key", ("gate", "seen")),)),
    ],
    ids=["key", "unique item", "rule"],
)
def test_with_an_identity_the_same_row_again_is_a_duplicate(tmp_path: Path, contract: Contract) -> None:
    filled = EVENTS | {"seen": ["0", "0", "1"]}
    outcome = checked(tmp_path, filled, contract)
    assert (outcome.clean, outcome.duplicates) == (2, 1)
    assert codes(outcome) == {}


def test_a_column_named_like_a_key_gives_rows_an_identity_if_it_keeps_to_it(tmp_path: Path) -> None:
    items = (ItemSpec("id", "编号"), ItemSpec("v", "v"))
    kept_to = checked(tmp_path / "a", {"编号": ["1", "2", "2"], "v": ["a", "b", "b"]}, Contract(items))
    assert (kept_to.clean, kept_to.duplicates) == (2, 1)
    broken = checked(
        tmp_path / "b", {"编号": ["1", "2", "2", "2"], "v": ["a", "b", "b", "c"]}, Contract(items)
    )
    assert (broken.clean, broken.duplicates) == (4, 0)


def test_a_key_rule_rejects_what_repeats_with_other_content(tmp_path: Path) -> None:
    rule = Rule("once", "key", ("gate", "day"))
    columns = {"gate": ["x", "x", "y"], "day": ["1", "1", "1"], "n": ["5", "6", "5"]}
    items = tuple(ItemSpec(name, name) for name in columns)
    outcome = checked(tmp_path, columns, Contract(items, rules=(rule,)))
    assert (outcome.clean, outcome.quarantined) == (2, 1)
    assert codes(outcome) == {("gate", "once"): 1}


def test_a_repaired_key_still_repeats(tmp_path: Path) -> None:
    good = identity(5)
    outcome = checked(
        tmp_path,
        {"id": [good, good + " "], "v": ["1", "2"]},
        Contract((ItemSpec("id", "id", "cn_identity_number"), ItemSpec("v", "v")), key=("id",)),
    )
    assert codes(outcome) == {("id", "key_repeats"): 1}


def test_a_unique_item_rejects_later_rows(tmp_path: Path) -> None:
    outcome = checked(
        tmp_path,
        {"a": ["1", "2", "1"], "b": ["x", "y", "z"]},
        Contract((ItemSpec("a", "a", unique=True), ItemSpec("b", "b"))),
    )
    assert codes(outcome) == {("a", "value_repeats"): 1}


ITEMS = (
    ItemSpec("n", "n", type="integer"),
    ItemSpec("from", "from", type="date"),
    ItemSpec("to", "to", type="date"),
    ItemSpec("kind", "kind"),
)
ROW = {
    "n": ["5", "50"],
    "from": ["2021-01-01", "2021-01-01"],
    "to": ["2021-02-01", "2020-02-01"],
    "kind": ["A1", "zz"],
}


@pytest.mark.parametrize(
    "rule",
    [
        Rule("few", "range", ("n",), {"low": 0, "high": 10}),
        Rule("order", "compare", ("from", "to"), {"op": "<="}),
        Rule("listed", "list", ("kind",), {"codes": ["A1", "A2"]}),
        Rule("written", "pattern", ("kind",), {"pattern": "[A-Z][0-9]"}),
    ],
    ids=lambda rule: rule.kind,
)
def test_each_kind_of_rule_rejects_the_second_row_only(tmp_path: Path, rule: Rule) -> None:
    outcome = checked(tmp_path, ROW, Contract(ITEMS, rules=(rule,)))
    assert [row["_line"] for row in rows(outcome.clean_files[0])] == [2]
    assert codes(outcome) == {(rule.items[0], rule.code): 1}


def test_a_required_rule_and_a_warning(tmp_path: Path) -> None:
    columns = {**ROW, "kind": ["A1", None]}
    strict = checked(tmp_path / "a", columns, Contract(ITEMS, rules=(Rule("has", "required", ("kind",)),)))
    mild = checked(
        tmp_path / "b",
        columns,
        Contract(ITEMS, rules=(Rule("few", "range", ("n",), {"high": 10}, severity="warning"),)),
    )
    assert (strict.clean, strict.quarantined) == (1, 1)
    assert (mild.clean, mild.quarantined) == (2, 0)
    assert [(tally.code, tally.severity, tally.rows, tally.examples) for tally in mild.tallies] == [
        ("few", "warning", 1, ("50",))
    ]


def test_a_reference_rule_compares_with_another_dataset(tmp_path: Path) -> None:
    known = tmp_path / "kinds.parquet"
    pq.write_table(pa.table({"code": ["A1", None]}), known)
    rule = Rule("known", "reference", ("kind",), {"dataset": "kinds", "item": "code"})
    outcome = checked(tmp_path, ROW, Contract(ITEMS, rules=(rule,)), references={"kinds": (known,)})
    assert codes(outcome) == {("kind", "known"): 1}


def test_numbers_and_text_are_compared_across_datasets(tmp_path: Path) -> None:
    known = tmp_path / "numbers.parquet"
    pq.write_table(pa.table({"no": ["1", "50"]}), known)
    rule = Rule("known", "reference", ("n",), {"dataset": "numbers", "item": "no"})
    outcome = checked(
        tmp_path, {**ROW, "n": ["1", "51"]}, Contract(ITEMS, rules=(rule,)), references={"numbers": (known,)}
    )
    assert codes(outcome) == {("n", "known"): 1}


@pytest.mark.parametrize(
    ("code", "listed"),
    [
        ("330302", True),
        ("33", True),
        ("330399", False),
        ("330302001", True),
        ("330302099", False),  # its streets are listed, and this is none of them
        ("330302001044", True),  # the list goes no deeper than the street
        ("330302099044", False),
        ("330303001", True),  # the list goes no deeper than the district
        ("330303001044", True),
        ("330399001044", False),
        ("330302000000", True),
        ("330302001000", True),
        ("330399000000", False),
    ],
)
def test_a_division_code_is_looked_up_as_deep_as_the_list_goes(
    tmp_path: Path, code: str, listed: bool
) -> None:
    known = tmp_path / "divisions.parquet"
    pq.write_table(
        pa.table(
            {
                "code": ["330000", "330300", "330302", "330303", "330302001"],
                "open": [False, False, False, True, True],
            }
        ),
        known,
    )
    contract = Contract((ItemSpec("division", "区划代码", "cn_division_code", "text"),))
    columns = {"区划代码": [code, None]}
    outcome = checked(tmp_path, columns, contract, references={"divisions": (known,)})
    assert codes(outcome) == ({} if listed else {("division", "division_not_listed"): 1})
    assert (outcome.clean, outcome.quarantined) == (2, 0), "a list may lag behind: it warns"
    body = report(staged(tmp_path, columns), (), outcome, contract, as_of=AS_OF)
    assert body["dimensions"]["accuracy"] == (100.0 if listed else 50.0)
    assert body["dimensions"]["validity"] == 100.0
    unlisted = checked(tmp_path / "no-list", columns, contract)
    assert codes(unlisted) == {}


def test_freshness_warns_and_rejects_nothing(tmp_path: Path) -> None:
    late = checked(
        tmp_path / "a", ROW, Contract(ITEMS, rules=(Rule("fresh", "freshness", ("to",), {"days": 30}),))
    )
    fresh = checked(
        tmp_path / "b", ROW, Contract(ITEMS, rules=(Rule("fresh", "freshness", ("to",), {"days": 3000}),))
    )
    assert codes(late) == {("to", "fresh"): 1}
    assert late.clean == 2
    assert codes(fresh) == {}


@pytest.mark.parametrize(("moment", "late"), [("2026-03-04T15:59:59", 0), ("2026-03-04T16:00:00", 1)])
def test_freshness_counts_the_days_of_the_city(tmp_path: Path, moment: str, late: int) -> None:
    contract = Contract(
        (ItemSpec("day", "day", "date", "date"),), rules=(Rule("fresh", "freshness", ("day",), {"days": 3}),)
    )
    outcome = check(
        staged(tmp_path, {"day": ["2026-02-28", "2026-03-01"]}),
        contract,
        workdir=tmp_path / "work",
        as_of=datetime.fromisoformat(moment).replace(tzinfo=UTC),
    )
    assert sum(tally.rows for tally in outcome.tallies) == late


def test_a_missing_column_and_an_unknown_rule_are_errors_with_a_code(tmp_path: Path) -> None:
    with pytest.raises(ItemWithoutColumn):
        checked(tmp_path, {"a": ["1"]}, Contract((ItemSpec("b", "b"),)))
    with pytest.raises(RuleUnknown):
        checked(tmp_path, {"a": ["1"]}, Contract((ItemSpec("a", "a"),), rules=(Rule("x", "magic", ("a",)),)))


def test_more_questions_than_one_word_of_marks_holds(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(70)]
    columns = {name: ["1", "x" if name in ("c0", "c40", "c69") else "2"] for name in names}
    outcome = checked(
        tmp_path, columns, Contract(tuple(ItemSpec(name, name, type="integer") for name in names))
    )
    assert set(codes(outcome)) == {("c0", "not_a_number"), ("c40", "not_a_number"), ("c69", "not_a_number")}


CELL = st.one_of(
    st.none(),
    st.sampled_from(["1", " 2", "x", "2021-01-01", "2021-02-30", "", "１", "1,000", "-", "万", "NaN"]),
    st.text(max_size=6),
)


@settings(max_examples=12)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=40))
def test_rows_read_are_clean_plus_quarantined_plus_duplicates(
    tmp_path_factory: pytest.TempPathFactory, table: list[Any]
) -> None:
    a, b, c = (
        [None if cell is None else cell.replace("\x00", "") for cell in column]
        for column in zip(*table, strict=True)
    )
    contract = Contract(
        (ItemSpec("a", "a"), ItemSpec("b", "b", type="decimal"), ItemSpec("c", "c", type="date")), key=("a",)
    )
    outcome = checked(tmp_path_factory.mktemp("t"), {"a": a, "b": b, "c": c}, contract)
    lines = [
        row["_line"]
        for file in (outcome.clean_files[0], outcome.quarantine_file, outcome.duplicates_file)
        for row in rows(file)
    ]
    assert sorted(lines) == list(range(2, len(table) + 2))
    assert outcome.rows == outcome.clean + outcome.quarantined + outcome.duplicates == len(table)
