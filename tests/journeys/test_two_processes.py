"""What one process decides holds in all others at once, whatever they have kept: two serve, a third one changes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.journeys.conftest import HERE, PROJECT, Site

ROWS = "/api/v1/datasets/wells/rows"
ASKED = 16
"""Connections of their own, all at once: each of the two processes gets some of them."""


@pytest.fixture
def another(site: Site) -> Iterator[subprocess.Popen[str]]:
    """The process that publishes the wells and then does as it is told."""
    environment = {
        **os.environ,
        "CITYHALL_HOME": str(site.home),
        "DJANGO_SETTINGS_MODULE": "cityhall.app.settings",
    }
    command = [sys.executable, str(HERE / "changing.py")]
    with subprocess.Popen(
        command, env=environment, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "published\n"
        yield process
        assert process.stdin
        process.stdin.close()


def _tell(process: subprocess.Popen[str], what: str) -> None:
    assert process.stdin
    assert process.stdout
    print(what, file=process.stdin, flush=True)
    assert process.stdout.readline() == "done\n"


def _all(site: Site, path: str) -> list[httpx.Response]:
    with ThreadPoolExecutor(ASKED) as threads:
        return list(threads.map(lambda _: httpx.get(f"{site.address}{path}", timeout=60), range(ASKED)))


def test_a_right_that_is_lowered_and_a_dataset_that_is_withdrawn_are_gone_at_once(
    site: Site, another: subprocess.Popen[str]
) -> None:
    for _ in range(2):  # the second time from what is kept
        assert all("秘3" in answer.text for answer in _all(site, ROWS))
    assert all("秘3" in answer.text for answer in _all(site, "/datasets/wells/"))
    _tell(another, "hide")
    for answer in _all(site, ROWS):
        assert (answer.status_code, "甲井3" in answer.text, "秘" in answer.text) == (200, True, False)
    assert {answer.status_code for answer in _all(site, f"{ROWS}?select=看守人")} == {403}
    assert not any("秘" in answer.text for answer in _all(site, "/datasets/wells/"))
    _tell(another, "withdraw")
    assert {answer.status_code for answer in _all(site, ROWS)} == {403}
    assert not any("甲井3" in answer.text for answer in _all(site, "/datasets/wells/"))
