"""History brought in: through the live rules, nothing lost, provable, and counted like what was done here."""

from __future__ import annotations

import csv
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.cases.conftest import CITIZEN, DESK, HERE, SYSTEM, person

from cityhall.cases.actions import act, import_history, install_type, mind_clocks, open_case, rebuild
from cityhall.cases.errors import MappingRefused
from cityhall.cases.models import Case, History
from cityhall.cases.queries import (
    backlog,
    batches,
    case,
    inbox,
    measure,
    numbers_behind,
    refusals,
    replay_type,
    trend,
)
from cityhall.cases.storing import bulk
from cityhall.cli.cases import cases as command
from cityhall.kernel import clock
from cityhall.ledger.queries import entries, merkle_root

pytestmark = pytest.mark.django_db

MAPPING = """
import: rich
zone: Asia/Shanghai
number: nr
steps:
  - {do: file, at: filed, actor: who, with: {kind: kind, place: cell, size: size, why: text, spot: [lon, lat]}}
  - {do: send, at: sent, actor: {is: desk}, role: {is: desk}}
  - {do: handle, at: handled, actor: {is: unit}}
  - {do: settle, at: settled, actor: {is: checker}}
"""
COLUMNS = ("nr", "kind", "cell", "size", "text", "lon", "lat", "who", "filed", "sent", "handled", "settled")
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def rich(db: None, home: Path) -> str:
    install_type(SYSTEM, HERE / "rich.yaml")
    return "rich"


def _file(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _mapping(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, "utf-8")
    return path


def _row(number: int, **other: str) -> dict[str, str]:
    day = f"2026-03-{2 + number % 3:02d}"
    return {
        "nr": f"N{number:04d}", "kind": "0102", "cell": f"33030200100{number % 4}01", "size": "2", "who": f"p{number % 5}",
        "lon": f"{120 + number / 1000}", "lat": "28.1", "filed": f"{day} 09:00", "sent": f"{day} 10:00",
        "handled": f"{day} 16:00", "settled": f"{day} 17:00",
    } | other  # fmt: skip


def _load(folder: Path, rows: list[dict[str, str]]):  # type: ignore[no-untyped-def]
    return import_history(SYSTEM, _mapping(folder), _file(folder / "history.csv", rows))


def test_nothing_is_lost_and_every_refusal_has_its_reason(rich: str, tmp_path: Path) -> None:
    rows = [
        _row(0),
        _row(1, settled=""),
        _row(2, kind="9999"),
        _row(3, handled="2026-03-01 10:00"),
        _row(4, size="7"),
        _row(5, size="7", text="because"),
        _row(6, filed=""),
        _row(7, filed="yesterday"),
        _row(8, lon="500"),
        _row(9, nr=""),
        _row(0, cell="other"),
    ]
    report = _load(tmp_path, rows)
    assert (report.read, report.taken, report.refused) == (11, 3, 8)
    assert report.reasons == {
        "cases.field_wrong": 2, "cases.out_of_order": 1, "cases.field_missing": 1, "cases.out_of_turn": 1,
        "cases.moment_outside": 1, "cases.number_missing": 1, "cases.number_taken": 1,
    }  # fmt: skip
    kept = {one.number: one for one in refusals(report.batches[0])}
    assert kept["N0002"].rows[0]["kind"] == "9999"
    assert (kept["N0003"].act, kept["N0003"].position) == ("handle", 2)


def test_an_imported_case_is_a_case(rich: str, tmp_path: Path) -> None:
    _load(tmp_path, [_row(0), _row(1, settled="", handled="")])
    info = case(DESK, "N0000")
    assert (info.state, info.outcome, info.agency, info.seen) == ("settled", "settled", "u1", 4)
    assert [moment.act for moment in info.timeline] == ["file", "send", "handle", "settle"]
    assert info.timeline[0].at == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert info.timeline[0].data["spot"] == [120.0, 28.1]
    assert info.clocks[0].due == datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC)
    with clock.at(LATER):
        assert [line.number for line in inbox(DESK).lines] == ["N0001"]
        mind_clocks()
        act(person("any", ("caseworker", "")), "N0001", "handle")
    assert case(DESK, "N0001").state == "handled"
    assert rebuild(SYSTEM) == ()


def test_the_same_file_is_taken_in_once(rich: str, tmp_path: Path) -> None:
    first = _load(tmp_path, [_row(number) for number in range(3)])
    again = _load(tmp_path, [_row(number) for number in range(3)])
    assert (first.taken, again.skipped, again.batches) == (3, 1, first.batches)
    assert Case.objects.count() == 3


def test_what_was_refused_is_told_again_and_can_be_mended(rich: str, tmp_path: Path) -> None:
    """By the command: the reason in words, the rows in a file, which are taken in once they are mended."""
    rows = [_row(0), _row(1, kind="9999"), _row(2, filed="", sent="", handled="", settled="")]
    mapping, source = _mapping(tmp_path), _file(tmp_path / "h.csv", rows)
    run = CliRunner().invoke
    told = run(command, ["import", str(mapping), str(source)], catch_exceptions=False).output
    assert "3 cases read = 1 taken in + 2 refused" in told
    assert "1 of 1 parts" in run(command, ["import", str(mapping), str(source)]).output
    (batch,) = batches("rich")
    assert "kind=9999" in " ".join(run(command, ["refused", batch.id]).output.split())
    out = tmp_path / "refused.csv"
    assert "2 rows of 2 cases" in run(command, ["refused", "rich", "-o", str(out)]).output
    out.write_text(out.read_text("utf-8").replace("9999", "0102"), "utf-8")
    again = import_history(SYSTEM, mapping, out)
    assert (again.taken, again.reasons) == (1, {"cases.nothing_happened": 1})


def test_a_batch_is_one_entry_with_the_root_over_its_events(rich: str, tmp_path: Path) -> None:
    _load(tmp_path, [_row(number) for number in range(5)])
    (batch,) = batches("rich")
    (entry,) = entries(verb="cases.import")
    packed = History.objects.order_by("case_id").select_related("case")
    leaves = [
        b"\x00".join((one.case.number.encode(), bytes(one.acts), bytes(one.facts), (one.rest or "").encode()))
        for one in packed
    ]
    assert entry.facts["root"] == batch.root == merkle_root(leaves)
    assert entry.facts["cases"] == 5


def test_long_tables_and_parts(rich: str, tmp_path: Path) -> None:
    """A row per event, in no order, and parts that do not tear a case apart."""
    acts = {"file": "立案", "send": "派遣", "handle": "处置", "settle": "结案"}
    lines = [
        f"N{number:04d},{acts[name]},2026-03-0{2 + at} 09:00,p{at},{'0101' if name == 'file' else ''}"
        for number in range(40)
        for at, name in enumerate(acts)
    ]
    random.Random(3).shuffle(lines)
    source = tmp_path / "long.csv"
    source.write_text("\n".join(["nr,step,when,who,kind", *lines]), "utf-8")
    mapping = _mapping(
        tmp_path,
        "import: rich\nnumber: nr\nevents: {act: step, at: when, actor: who,"
        " acts: {立案: file, 派遣: send, 处置: handle, 结案: settle}, with: {kind: kind}}\n",
    )
    report = import_history(SYSTEM, mapping, source, rows=30)
    assert (report.taken, report.refused, report.events) == (40, 0, 160)
    assert len(report.batches) > 1
    assert rebuild(SYSTEM) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("do: send", "do: fly"),
        ("at: sent", "at: nowhere"),
        ("kind: kind", "colour: kind"),
        ("number: nr", "numbers: nr"),
        ("Asia/Shanghai", "Asia/Nowhere"),
        ("number: nr\n", ""),
    ],
)
def test_a_mapping_that_does_not_fit(rich: str, tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(
        MappingRefused, match=r"fly|nowhere.* columns are: nr|colour|numbers|Nowhere|number is missing"
    ):
        import_history(
            SYSTEM, _mapping(tmp_path, MAPPING.replace(old, new, 1)), _file(tmp_path / "h.csv", [_row(0)])
        )


def test_figures(rich: str, tmp_path: Path) -> None:
    """Four cases due, three settled, two of them in time; the fourth is open. What is done here counts with history."""
    _load(
        tmp_path,
        [
            _row(0),
            _row(3),
            _row(6, handled="2026-03-06 09:00", settled="2026-03-06 10:00"),
            _row(9, handled="", settled=""),
        ],
    )
    with clock.at(LATER):
        (figure,) = measure("rich", date(2026, 3, 1), date(2026, 3, 31))
        assert figure.counts == {"opened": 4, "due": 4, "settled": 3, "on_time": 2, "closed": 3}
        assert figure.measures == {"settlement": 0.75, "on_time": 0.5, "rework": 0.0}
        act(person("any", ("caseworker", "")), "N0009", "handle")
        act(person("check", ("inspector", "")), "N0009", "settle")
        (figure,) = measure("rich", date(2026, 3, 1), date(2026, 3, 31))
        assert figure.counts == {"opened": 4, "due": 4, "settled": 4, "on_time": 2, "closed": 3}
        assert [
            one.counts["due"] for one in measure("rich", date(2026, 3, 1), date(2026, 3, 31), by="major")
        ] == [4]
        assert {one.key: one.counts["due"] for one in measure("rich", date(2026, 3, 1), date(2026, 3, 31), by="area")} == {
            "33030200100001": 1, "33030200100101": 1, "33030200100201": 1, "33030200100301": 1,
        }  # fmt: skip
        assert numbers_behind("rich", "due and late", date(2026, 3, 1), date(2026, 3, 31)) == (
            "N0006",
            "N0009",
        )
        assert [
            figure.counts["due"] for _, figure in trend("rich", [date(2026, 2, 1), date(2026, 3, 1)])
        ] == [0, 4]
        assert backlog("rich") == ()
    with clock.at(
        datetime(2026, 3, 1, 12, tzinfo=UTC)
    ):  # what is due on a later day of the month has not been missed
        assert [figure.counts["due"] for _, figure in trend("rich", [date(2026, 3, 1)])] == [0]
        assert measure("rich", date(2026, 3, 1), date(2026, 3, 31))[0].counts["due"] == 4


def test_figures_of_a_past_day_and_of_other_limits(rich: str, tmp_path: Path) -> None:
    _load(tmp_path, [_row(0), _row(3)])
    with clock.at(LATER):
        then = replay_type("rich", tmp_path / "then", until=datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
        (figure,) = measure("rich", date(2026, 3, 1), date(2026, 3, 31), facts=then.facts)
        assert figure.counts["settled"] == 0
        tighter = (HERE / "rich.yaml").read_text("utf-8").replace("version: 1", "version: 2")
        path = tmp_path / "tighter.yaml"
        path.write_text(
            tighter.replace("limit: 2 working_days, unit: u1", "limit: 2 working_hours, unit: u1"), "utf-8"
        )
        install_type(SYSTEM, path)
        other = replay_type("rich", tmp_path / "other")
        (figure,) = measure("rich", date(2026, 3, 1), date(2026, 3, 31), facts=other.facts)
        assert (figure.counts["settled"], figure.counts["on_time"]) == (2, 0)
        (figure,) = measure("rich", date(2026, 3, 1), date(2026, 3, 31))
        assert figure.counts["on_time"] == 2


def test_what_was_tampered_with_is_found_and_mended(rich: str, tmp_path: Path) -> None:
    _load(tmp_path, [_row(number) for number in range(3)])
    made = open_case(CITIZEN, rich, {"kind": "0102"})
    assert rebuild(SYSTEM) == ()
    Case.objects.filter(number="N0001").update(state="filed", late=True)
    Case.objects.filter(number=made.number).update(due=LATER + timedelta(days=1))
    found = {("N0001", "state"), ("N0001", "late"), (made.number, "due")}
    assert set(rebuild(SYSTEM)) == found
    assert set(rebuild(SYSTEM, mend=True)) == found
    assert rebuild(SYSTEM) == ()


def test_a_load_of_more_rows_than_are_sent_at_once_loses_none(
    rich: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_BLOCK", 7)
    rows = [_row(number) for number in range(30)]
    assert _load(tmp_path, rows).taken == 30
    assert set(Case.objects.values_list("number", flat=True)) == {row["nr"] for row in rows}
    assert History.objects.count() == 30


def test_what_no_column_holds_is_refused_and_long_words_are_kept(rich: str, tmp_path: Path) -> None:
    long = "路" * 480
    rows = [_row(at, nr="9" * 41 if at == 1 else f"N{at}", cell="x" * 81 if at == 2 else "Unspecified MANHATTAN 17th", text=long)
            for at in range(20)]  # fmt: skip
    report = _load(tmp_path, rows)
    assert (report.taken, report.reasons) == (18, {"cases.number_missing": 1, "cases.field_wrong": 1})
    assert case(DESK, "N0").fields["why"] == long
