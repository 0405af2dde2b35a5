"""Servers that mean harm to whoever collects from them: answers without end, and answers that unpack beyond all room."""

from __future__ import annotations

import gzip
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from tests.collection.serving import send, serving

from cityhall.collection.errors import AnswerUnusable, SourceTooBig, SourceUnreachable
from cityhall.collection.sources import http_file
from cityhall.collection.sources.shapes import SourceSpec


def _fetch(url: str, folder: Path, **settings: object) -> None:
    once = {"url": f"{url}/a.csv", "attempts": 1, "timeout_seconds": 5, "allow_private": True}
    source = SourceSpec(
        id="s", name="feed", kind="http", settings={**once, **settings}, memory={}, mode="replace"
    )
    http_file.fetch(source, folder, lambda *_: None)


@pytest.mark.parametrize(
    ("first", "drop"),
    [(b"HTTP/1.1 200 OK\r\n\r\n", b"a"), (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a")],
    ids=["body", "headers"],
)
def test_an_answer_that_drips_is_cut_at_the_end_of_its_time(
    tmp_path: Path, first: bytes, drop: bytes
) -> None:
    """A byte now and then is never silence. The server gives up at last, so that a test without the cut would end too."""
    gave_up = threading.Event()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        with suppress(OSError):
            handler.wfile.write(first)
            for _ in range(300):
                handler.wfile.write(drop)
                time.sleep(0.01)
            gave_up.set()

    with serving(answer) as url, pytest.raises((SourceTooBig, SourceUnreachable)):
        _fetch(url, tmp_path, max_seconds=0.2)
    assert not gave_up.is_set()


def test_an_answer_packed_twice_is_not_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(gzip.compress(b"0" * 10_000))
    with (
        serving(lambda handler: send(handler, packed, headers={"Content-Encoding": "gzip, gzip"})) as url,
        pytest.raises(AnswerUnusable),
    ):
        _fetch(url, tmp_path)
