"""A stream into a file: what comes through is there, hashed; whoever fails, the other does not wait for ever."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

import duckdb
import pytest

from cityhall.warehouse.exporting.streaming import stream_into

LONG = "SELECT repeat('x', 1000) AS text FROM range(20000)"


def test_head_body_and_tail_are_written_and_hashed(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    with stream_into(target, b'{"rows":', b"}\n") as stream, Path(stream.path).open("wb") as writer:
        writer.write(b"[1, 2, 3]")
    assert target.read_bytes() == b'{"rows":[1, 2, 3]}\n'
    assert stream.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


def test_more_than_a_pipe_holds_comes_through(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    with stream_into(target) as stream:
        duckdb.sql(f"COPY ({LONG}) TO '{stream.path}' (FORMAT csv, USE_TMP_FILE false)")
    assert target.stat().st_size == len("text\n") + 20_000 * 1001
    assert stream.sha256 == hashlib.sha256(target.read_bytes()).hexdigest()


def test_a_disk_that_is_full_is_the_reason_given() -> None:
    with pytest.raises(OSError) as caught, stream_into(Path("/dev/full")) as stream:
        duckdb.sql(f"COPY ({LONG}) TO '{stream.path}' (FORMAT csv, USE_TMP_FILE false)")
    assert caught.value.errno == errno.ENOSPC


def test_a_writer_that_fails_halfway_is_the_reason_given(tmp_path: Path) -> None:
    broken = (
        "SELECT CAST(CASE WHEN range = 900000 THEN 'no number' ELSE '1' END AS INTEGER) FROM range(1000000)"
    )
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(duckdb.ConversionException), stream_into(tmp_path / "out.csv") as stream:
        duckdb.connect().execute(f"COPY ({broken}) TO '{stream.path}' (FORMAT csv, USE_TMP_FILE false)")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
