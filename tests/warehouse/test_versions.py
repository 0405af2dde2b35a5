"""Versions: committed whole or not at all, numbered without gaps, readable at any time, compared by key."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from django.db import transaction

from cityhall.kernel import clock
from cityhall.warehouse import committing, errors
from cityhall.warehouse.actions import Counts, commit_version, compact, expire, prepare, sweep
from cityhall.warehouse.models import DataFile, StoredVersion
from cityhall.warehouse.queries import Condition, Query, diff_versions, files_of, fsck, run, version, versions

from .conftest import ROBOT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

OAK, ELM, YEW = (1, "A1", "Oak", 5), (2, "A2", "Elm", 7), (3, "A3", "Yew", 9)


def codes(of, **more):
    return [row[0] for row in run(of, Query(select=("code",), **more)).rows]


def test_replace_append_upsert_and_time_travel(commit):
    commit([OAK, ELM])
    commit([YEW], mode="append")
    upserted = commit([(1, "A2", "Elm", 70), (2, "A4", "Ash", 1)], mode="upsert", key=("code",))
    commit([OAK])
    assert [one.number for one in versions("trees")] == [4, 3, 2, 1]
    assert codes(version("trees", 1)) == ["A1", "A2"]
    assert codes(version("trees", 2)) == ["A1", "A2", "A3"]
    assert codes(upserted) == ["A1", "A3", "A2", "A4"]
    assert run(upserted, Query(where=(Condition("code", "eq", "A2"),))).rows == (("A2", "Elm", 70),)
    assert codes(version("trees")) == ["A1"]
    assert (upserted.rows, upserted.counts.read) == (4, 2)
    assert fsck(deep=True) == ()


def test_version_at_a_moment(commit):
    for day in (1, 3):
        with clock.at(datetime(2026, 3, day, tzinfo=UTC)):
            commit([OAK])
    assert version("trees", at=datetime(2026, 3, 2, tzinfo=UTC)).number == 1
    assert version("trees", at=datetime(2026, 3, 3, tzinfo=UTC)).number == 2
    with pytest.raises(errors.VersionMissing):
        version("trees", at=datetime(2026, 2, 1, tzinfo=UTC))


def test_upsert_keeps_files_it_does_not_touch(commit):
    commit([OAK])
    two = commit([ELM], mode="append")
    three = commit([(9, "A2", "Elm", 0)], mode="upsert", key=("code",))
    assert files_of(three)[0] == files_of(two)[0]
    assert len(files_of(three)) == 2
    assert codes(three) == ["A1", "A2"]


def test_upsert_needs_a_key_that_is_one(commit):
    commit([OAK])
    with pytest.raises(errors.UpsertWithoutKey):
        commit([OAK], mode="upsert")
    with pytest.raises(errors.UpsertWithoutKey):
        commit([OAK], mode="upsert", key=("nope",))
    with pytest.raises(errors.KeyRepeats):
        commit([ELM, ELM], mode="upsert", key=("code",))
    assert version("trees").number == 1


def test_counts_must_add_up(commit):
    commit([OAK, ELM], counts=Counts(read=5, clean=2, quarantined=2, duplicates=1))
    for wrong in (Counts(3, 2, 0, 0), Counts(3, 3, 0, 0)):
        with pytest.raises(errors.CountsUnbalanced):
            commit([OAK, ELM], counts=wrong)
    assert version("trees").counts == Counts(5, 2, 2, 1)


def test_expected_version_and_stale_base_conflict(commit, parquet):
    commit([OAK])
    commit([ELM], mode="append", expected_version=1)
    with pytest.raises(errors.VersionConflict):
        commit([YEW], mode="append", expected_version=1)
    ready = prepare("trees", mode="upsert", files=(parquet([OAK]),), key=("code",))
    commit([YEW], mode="append")
    with transaction.atomic(), pytest.raises(errors.VersionConflict):
        commit_version(ROBOT, "trees", mode="upsert", files=ready)


def test_append_prepared_before_another_append_still_fits(commit, parquet):
    commit([OAK])
    ready = prepare("trees", mode="append", files=(parquet([ELM]),))
    commit([YEW], mode="append")
    with transaction.atomic():
        commit_version(ROBOT, "trees", mode="append", files=ready)
    assert codes(version("trees")) == ["A1", "A3", "A2"]


def test_a_number_taken_by_another_writer_is_a_conflict(commit, monkeypatch):
    commit([OAK])
    monkeypatch.setattr(committing, "_base", lambda _: committing._Base())
    with pytest.raises(errors.VersionConflict):
        commit([ELM])
    assert StoredVersion.objects.count() == DataFile.objects.count() == 1


def test_commit_belongs_inside_a_transaction(parquet, transactional_db):
    with pytest.raises(RuntimeError):
        commit_version(ROBOT, "trees", mode="replace", files=(parquet([OAK]),))


def test_columns_may_be_added_and_not_retyped(commit):
    commit([OAK])
    wider = pa.schema([("_line", pa.int64()), ("code", pa.string()), ("height", pa.int32())])
    both = commit([(1, "A9", 30)], mode="append", schema=wider)
    assert run(both, Query(select=("code", "name", "height"))).rows == (("A1", "Oak", None), ("A9", None, 30))
    narrow = commit([(1, "A9", 31)], mode="replace", schema=wider, dataset="x")
    narrow = commit([(1, "A1", "Oak", 5)], mode="upsert", key=("code",), dataset="x")
    assert run(narrow, Query(select=("name", "height"), order=(("code", "desc"),))).rows == (
        (None, 31),
        ("Oak", None),
    )
    narrow = commit([(1, "A9", "Elm", 5)], mode="upsert", key=("code",), dataset="x")
    assert run(narrow, Query(where=(Condition("height", "isnull"),))).rows == (
        ("A1", None, "Oak", 5),
        ("A9", None, "Elm", 5),
    )
    retyped = pa.schema([("_line", pa.int64()), ("code", pa.int64())])
    with pytest.raises(errors.SchemaMismatch):
        commit([(1, 1)], mode="append", schema=retyped)
    with pytest.raises(errors.SchemaMismatch):
        commit([OAK], declared={"code": "date"})
    with pytest.raises(errors.SchemaMismatch):
        commit([OAK], declared={"nope": "text"})


@pytest.mark.parametrize(
    ("kind", "value"),
    [(pa.string_view(), "a"), (pa.list_(pa.string()), ["a"]), (pa.struct([("a", pa.int64())]), {"a": 1})],
)
def test_types_other_engines_fail_on_are_refused(commit, kind, value):
    with pytest.raises(errors.DataFileUnusable):
        commit([(value,)], schema=pa.schema([("x", kind)]))


def test_not_parquet_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(errors.DataFileUnusable):
        prepare("trees", mode="replace", files=(path,))
    with pytest.raises(errors.FileMissing):
        prepare("trees", mode="replace", files=(tmp_path / "none.parquet",))
    with pytest.raises(errors.NameUnusable):
        prepare("../trees", mode="replace", files=(path,))


def test_compaction_keeps_rows_and_order(commit):
    for number in range(6):
        before = commit([(1, f"B{number}", None, number)], mode="append")
    after = compact(ROBOT, "trees")
    assert after is not None
    assert (after.number, after.mode, len(files_of(after))) == (7, "compact", 1)
    assert codes(after) == codes(before) == [f"B{number}" for number in range(6)]
    assert compact(ROBOT, "trees") is None
    assert codes(compact(ROBOT, "trees", whole=True)) == codes(before)
    assert codes(commit([OAK], mode="append"))[-1] == "A1"
    assert fsck(deep=True) == ()


def test_retention_keeps_history_and_sweep_removes_files(commit, home):
    for row in (OAK, ELM, YEW):
        commit([row])
    assert expire(ROBOT, "trees", keep=2) == (1,)
    assert sweep(ROBOT).files == 0
    assert [problem.kind for problem in fsck()] == []
    assert sweep(ROBOT, grace=-1).files == 1
    assert version("trees", 1).expired
    with pytest.raises(errors.VersionMissing):
        run(version("trees", 1), Query())
    assert codes(version("trees", 2)) == ["A2"]
    assert fsck(deep=True) == ()
    assert expire(ROBOT, "trees", keep=0) == (2,)


def test_fsck_sees_what_is_wrong(commit, home):
    one, two = commit([OAK]), commit([ELM], dataset="shrubs")
    three = commit([YEW], dataset="grass")
    commit([YEW], dataset="moss", landed_sha256s=("0" * 64,))
    files_of(one)[0].unlink()
    for of, data in ((two, b"short"), (three, b"x" * three.bytes)):
        files_of(of)[0].chmod(0o644)
        files_of(of)[0].write_bytes(data)
    StoredVersion.objects.filter(dataset="moss").update(rows=9)
    assert sorted(problem.kind for problem in fsck()) == ["counts", "missing", "raw-missing", "size"]
    assert sorted(problem.kind for problem in fsck(deep=True)) == [
        "counts",
        "hash",
        "missing",
        "raw-missing",
        "size",
    ]
    StoredVersion.objects.filter(dataset="grass").update(number=3)
    assert "gap" in {problem.kind for problem in fsck()}


def test_diff_by_key(commit):
    commit([OAK, ELM, YEW])
    commit([(9, "A4", None, 1)], mode="append")
    commit([(1, "A2", "Elm", 70), (2, "A5", "Ash", None)], mode="upsert", key=("code",))
    found = diff_versions("trees", 1, 3)
    assert (found.added, found.removed, found.changed) == (2, 0, 1)
    assert found.by_item == {"n": 1}
    assert [(row.key, row.change, row.items) for row in found.rows] == [
        (("A2",), "changed", {"n": (7, 70)}),
        (("A4",), "added", {"name": (None, None), "n": (None, 1)}),
        (("A5",), "added", {"name": (None, "Ash"), "n": (None, None)}),
    ]
    backwards = diff_versions("trees", 3, 1, ("code",), limit=1, offset=1)
    assert (backwards.added, backwards.removed, backwards.changed) == (0, 2, 1)
    assert [row.key for row in backwards.rows] == [("A4",)]
    assert diff_versions("trees", 2, 2, ("code",)).rows == ()


def test_a_page_of_a_diff_counts_only_rows_that_can_be_seen_to_differ(commit):
    commit([(line, f"A{line}", "old", line) for line in range(1, 7)])
    commit([(line, f"A{line}", "new" if line % 3 == 0 else "old", -line) for line in range(1, 7)])
    for offset, keys in ((0, [("A3",)]), (1, [("A6",)]), (2, [])):
        found = diff_versions("trees", 1, 2, ("code",), limit=1, offset=offset, within={"code", "name"})
        assert [row.key for row in found.rows] == keys
        assert found.changed == 6
    assert diff_versions("trees", 1, 2, ("code",), within=()).rows == ()


def test_diff_of_retyped_and_new_columns(commit):
    commit([OAK, ELM])
    wider = pa.schema(
        [("_line", pa.int64()), ("code", pa.string()), ("n", pa.decimal128(9, 1)), ("extra", pa.string())]
    )
    commit([(1, "A1", 5, "x"), (2, "A2", 7, "y")], schema=wider)
    found = diff_versions("trees", 1, 2, ("code",))
    assert (found.columns_added, found.columns_removed) == (("extra",), ("name",))
    assert found.changed == 2
    with pytest.raises(errors.ItemUnknown):
        diff_versions("trees", 1, 2, ("name",))
    with pytest.raises(errors.UpsertWithoutKey):
        diff_versions("trees", 1, 2)


def test_diff_refuses_a_key_that_repeats(commit):
    commit([OAK])
    commit([OAK, OAK])
    with pytest.raises(errors.KeyRepeats):
        diff_versions("trees", 1, 2, ("code",))
