"""Whoever changes the ledger behind its back is noticed, and the changed thing is named."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from cityhall.ledger.actions import sequence
from cityhall.ledger.models import Checkpoint, Entry, Log
from cityhall.ledger.queries import Problem, verify

Act = Callable[[int], None]


@pytest.fixture
def sealed(db: None, act: Act) -> None:
    """600 entries under three checkpoints."""
    for _ in range(3):
        act(200)
        sequence()
    assert verify().ok


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def named() -> set[tuple[str, int, str]]:
    return {(problem.kind, problem.position, problem.entry_id) for problem in verify().problems}


def entry_at(position: int) -> Entry:
    return Entry.objects.get(position=position)


FORGERIES = [
    ("verb", "catalog.publish"),
    ("actor", "per_somebody_else"),
    ("subject", "thing:9999"),
    ("at", "2020-01-01 00:00:00+00:00"),
    ("body", "{}"),
    ("body", "not even JSON"),
    ("id", "ent_00000000000000000000"),
]


@pytest.mark.usefixtures("sealed")
def test_each_column_of_an_entry() -> None:
    for position in (0, 255, 256, 417, 599):
        entry = entry_at(position)
        for column, value in FORGERIES:
            with transaction.atomic():
                sql(f"UPDATE ledger_entry SET {column} = %s WHERE position = %s", value, position)
                assert named() == {("entry_changed", position, value if column == "id" else entry.id)}
                transaction.set_rollback(True)
    assert verify().ok


@pytest.mark.usefixtures("sealed")
def test_one_letter_in_a_body() -> None:
    entry = entry_at(300)
    sql("UPDATE ledger_entry SET body = replace(body, 'thing:', 'think:') WHERE position = 300")
    (problem,) = verify().problems
    assert problem == Problem("entry_changed", 300, entry.id, "body")
    assert entry.id in problem.sentence.en
    assert entry.id in problem.sentence.zh


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("position", [0, 256, 599])
def test_an_entry_that_is_gone(position: int) -> None:
    sql("DELETE FROM ledger_entry WHERE position = %s", position)
    assert named() == {("entry_missing", position, "")}


@pytest.mark.usefixtures("sealed")
def test_an_entry_that_lost_its_number() -> None:
    sql("UPDATE ledger_entry SET position = NULL WHERE position = 5")
    assert named() == {("entry_missing", 5, "")}


@pytest.mark.usefixtures("sealed")
def test_two_entries_that_changed_places() -> None:
    one, other = entry_at(10), entry_at(500)
    sql("UPDATE ledger_entry SET position = NULL WHERE position = 10")
    sql("UPDATE ledger_entry SET position = 10 WHERE position = 500")
    sql("UPDATE ledger_entry SET position = 500 WHERE id = %s", one.id)
    assert named() == {("entry_changed", 10, other.id), ("entry_changed", 500, one.id)}


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("position", [-1, 600, 10_000])
def test_an_entry_slipped_in(position: int, act: Act) -> None:
    act(1)
    added = Entry.objects.get(position=None)
    sql("UPDATE ledger_entry SET position = %s WHERE id = %s", position, added.id)
    assert named() == {("entry_extra", position, added.id)}


@pytest.mark.usefixtures("sealed")
def test_a_stored_leaf_hash_is_told_from_a_changed_entry() -> None:
    sql('UPDATE ledger_tile SET hashes = %s WHERE level = 0 AND "index" = 2', bytes(88 * 32))
    kinds = {kind for kind, _, _ in named()}
    assert kinds == {"hash_changed"}


@pytest.mark.usefixtures("sealed")
def test_an_entry_changed_together_with_its_stored_hash() -> None:
    entry = entry_at(20)
    body = entry.body.replace("thing:20", "thing:21")
    tile = bytearray(_tile(0, 0))
    tile[20 * 32 : 21 * 32] = sha256(b"\x00" + body.encode()).digest()
    sql("UPDATE ledger_entry SET body = %s, subject = 'thing:21' WHERE position = 20", body)
    sql('UPDATE ledger_tile SET hashes = %s WHERE level = 0 AND "index" = 0', bytes(tile))
    assert ("checkpoint_broken", 200, "") in named()
    assert ("tree_changed", 0, "") in named()


@pytest.mark.usefixtures("sealed")
def test_an_upper_level_of_the_tree() -> None:
    sql('UPDATE ledger_tile SET hashes = %s WHERE level = 1 AND "index" = 0', _tile(1, 0)[:32] + bytes(32))
    assert named() == {("tree_changed", 256, "")}


@pytest.mark.usefixtures("sealed")
@pytest.mark.parametrize("column", ["root", "note"])
def test_a_checkpoint(column: str) -> None:
    known = str(getattr(Checkpoint.objects.get(size=400), column))
    middle = len(known) // 2
    changed = known[:middle] + ("b" if known[middle] == "a" else "a") + known[middle + 1 :]
    sql(f"UPDATE ledger_checkpoint SET {column} = %s WHERE size = 400", changed)
    assert named() == {("checkpoint_broken", 400, "")}


@pytest.mark.usefixtures("sealed")
def test_a_log_cut_short_in_every_table_is_seen_by_the_published_checkpoint(
    django_capture_on_commit_callbacks: Any, act: Act, home: Path
) -> None:
    short = _tile(0, 2)
    act(50)
    with django_capture_on_commit_callbacks(execute=True):
        sequence()
    assert verify().ok
    sql("DELETE FROM ledger_entry WHERE position >= 600")
    sql("DELETE FROM ledger_checkpoint WHERE size > 600")
    sql("UPDATE ledger_log SET size = 600")
    assert named() == {("set_back", 650, "")}
    sql('DELETE FROM ledger_tile WHERE level = 0 AND "index" = 2')
    sql('INSERT INTO ledger_tile (level, "index", hashes) VALUES (0, 2, %s)', short)
    act(70)
    with django_capture_on_commit_callbacks(execute=True):
        sequence()
    assert named() == {("set_back", 650, "")}, "going on does not hide that it was set back"
    (aside,) = home.glob("ledger/*/set-back-*")
    assert aside.read_text("utf-8").split("\n")[1] == "650"
    aside.unlink()
    assert verify().ok, "whoever set it back on purpose moves the note away"


@pytest.mark.usefixtures("sealed")
def test_a_log_that_says_it_is_shorter() -> None:
    sql("UPDATE ledger_log SET size = 400")
    found = verify().problems
    assert Problem("entry_extra", 400, entry_at(400).id) in found
    assert ("checkpoint_broken", 600, "") in named()


@pytest.mark.usefixtures("sealed")
def test_the_newest_checkpoint_is_gone() -> None:
    Checkpoint.objects.filter(size=600).delete()
    assert named() == {("checkpoint_broken", 600, "")}


@pytest.mark.django_db
def test_an_empty_log_is_sound(home: Path) -> None:
    answer = verify()
    assert answer.ok
    assert (answer.size, Log.objects.count()) == (0, 0)


def _tile(level: int, index: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute('SELECT hashes FROM ledger_tile WHERE level = %s AND "index" = %s', [level, index])
        return bytes(cursor.fetchone()[0])
