"""Heavy queries in children: the same answers, killed at the limit of time, ended at the limit of memory, replaced."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import subprocess
import sys
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from tests.processes import lives, until

from cityhall.warehouse import errors
from cityhall.warehouse.heavy import pool
from cityhall.warehouse.heavy.wire import receive, send
from cityhall.warehouse.queries import Aggregate, Limits, Query, run
from cityhall.warehouse.query import keeping, running

ENDLESS = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"


@pytest.fixture
def children(home):
    """Fresh children for one test."""
    pool.close()
    yield pool
    pool.close()


def only_child(children) -> int:
    (child,) = children._all
    return child.process.pid


@pytest.mark.django_db
def test_a_heavy_query_answers_what_a_light_one_does(children, commit, monkeypatch):
    monkeypatch.setattr(keeping, "ROOM", 0)  # what is kept in memory is light, whatever its size
    version = commit([(n, f"C{n % 3}", None if n % 5 else "中", n) for n in range(60)])
    queries = [
        Query(group_by=("code",), aggregates=(Aggregate("sum", "n", "total"), Aggregate("avg", "n", "mean"))),
        Query(order=(("name", "desc"), ("n", "asc")), limit=7),
    ]
    light = [run(version, query) for query in queries]
    assert not children._all
    monkeypatch.setattr(running, "HEAVY_ROWS", 10)
    assert [run(version, query) for query in queries] == light
    assert children._all


def test_only_what_looks_at_all_rows_of_a_large_version_is_heavy(commit, db, home):
    version = commit([(1, "a", "b", 1)])
    assert not running.heavy(version, Query(order=(("n", "asc"),)))


def test_every_type_of_a_cell_comes_through(children):
    sql = """SELECT 1::HUGEINT, 1.50::DECIMAL(9,2), 0.1, DATE '2026-02-28', TIMESTAMP '2026-02-28 01:02:03',
             TIME '01:02:03', TRUE, '中', '\\x01'::BLOB, NULL, ?"""
    (row,) = pool.ask(sql, ["bound"], Limits())
    assert row[:5] == (1, Decimal("1.50"), Decimal("0.1"), date(2026, 2, 28), datetime(2026, 2, 28, 1, 2, 3))
    assert row[5:] == (time(1, 2, 3), True, "中", b"\x01", None, "bound")


def test_at_its_time_limit_the_child_is_killed_and_another_takes_over(children):
    pool.prepare()
    pid = only_child(children)
    with pytest.raises(errors.QueryTooLong):
        pool.ask(ENDLESS, [], Limits(seconds=0.2))
    assert not lives(pid)
    assert pool.ask("SELECT 42", [], Limits()) == [(42,)]
    assert only_child(children) != pid


def test_what_the_engine_counts_ends_at_the_memory_limit(children):
    distinct = (
        "SELECT range % 900000, count(DISTINCT range) FROM range(3000000) GROUP BY 1 ORDER BY 2 LIMIT 3"
    )
    with pytest.raises(errors.QueryTooHungry) as told:
        pool.ask(distinct, [], Limits(seconds=60, megabytes=16))
    assert told.value.say("zh") and told.value.say("en")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts private pages under RLIMIT_DATA")
def test_what_the_engine_does_not_count_ends_at_the_memory_limit_too(children):
    with pytest.raises(errors.QueryTooHungry):
        pool.ask("SELECT length(repeat('x', 3000000000))", [], Limits(seconds=60, megabytes=100))
    assert pool.ask("SELECT 42", [], Limits(megabytes=100)) == [(42,)]


def test_a_child_that_dies_is_told_and_replaced(children):
    pool.prepare()
    (child,) = children._all
    child.process.kill()
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)
    pool.ask("SELECT 1", [], Limits())  # seen before it is used
    (child,) = children._all
    child.process.send_signal(signal.SIGSTOP)  # it still looks alive
    child.line.shutdown(socket.SHUT_RDWR)  # gone in the middle of a question
    with pytest.raises(errors.QueryTooHungry):
        pool.ask("SELECT 1", [], Limits())
    assert pool.ask("SELECT 1", [], Limits()) == [(1,)]


def test_a_query_waits_for_a_place_no_longer_than_it_may_take(children, monkeypatch):
    monkeypatch.setattr(pool._places, "acquire", lambda timeout: False)
    with pytest.raises(errors.TooManyQueries):
        pool.ask("SELECT 1", [], Limits(seconds=0.1))


def test_a_child_reads_the_data_folder_and_nothing_else(children, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(errors.QueryProcessLost):
        pool.ask(f"SELECT * FROM read_csv('{secret}')", [], Limits())


def test_children_end_with_their_parent(children, home):
    parent = """
import os, sys
from cityhall.warehouse.heavy import pool
pool.prepare()
(child,) = pool._all
sys.stdout.write(str(child.process.pid))
sys.stdout.flush()
os.kill(os.getpid(), 9)
"""
    told = subprocess.run([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, check=False)
    orphan = int(told.stdout)
    until(lambda: not lives(orphan))  # it sees the closed line at once


def ended(child) -> bool:
    """Whether it is gone and nothing is left of it, not even its name in the table of processes."""
    return child not in pool._all and not Path(f"/proc/{child.process.pid}").exists()


def test_a_child_that_nobody_asks_ends(children, monkeypatch):
    monkeypatch.setattr(pool, "IDLE", 0.0)
    with pool._borrowed() as child:
        assert lives(child.process.pid)
    child.dismissal.join()
    assert ended(child)
    assert not children._idle
    monkeypatch.setattr(pool, "IDLE", 3600.0)
    assert pool.ask("SELECT 42", [], Limits()) == [(42,)]  # another one begins


def test_a_child_in_use_is_not_ended(children, monkeypatch):
    monkeypatch.setattr(pool, "IDLE", 3600.0)
    pool.prepare()
    (child,) = children._all
    late = child.dismissal
    with pool._borrowed() as taken:
        assert taken is child
        late.join()  # called off
        pool._dismiss(child)  # or too late to be called off
        assert lives(child.process.pid)
    assert child in children._idle
    assert child.dismissal is not late


def test_a_child_that_was_killed_leaves_nothing_behind(children, monkeypatch):
    monkeypatch.setattr(pool, "IDLE", 3600.0)
    pool.prepare()
    (child,) = children._all
    os.kill(child.process.pid, signal.SIGKILL)
    pool._dismiss(child)
    assert ended(child)


def test_no_idle_child_keeps_its_parent_from_ending(home):
    parent = """
from cityhall.warehouse.heavy import pool
pool.IDLE = 3600.0
pool.prepare()
print(next(iter(pool._all)).process.pid)
"""
    told = subprocess.run(
        [sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    assert not lives(int(told.stdout))


def test_a_message_carries_values_only():
    here, there = socket.socketpair()
    with here, there:
        body = pickle.dumps(os.system)
        here.sendall(len(body).to_bytes(8, "big") + body)
        with pytest.raises(pickle.UnpicklingError):
            receive(there)
        send(here, ("rows", [(1, "a", Decimal("1.5"))]))
        assert receive(there) == ("rows", [(1, "a", Decimal("1.5"))])
