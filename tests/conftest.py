"""What every test gets: a state folder of its own, the real files when they are at hand, and the services that are installed."""

from __future__ import annotations

import atexit
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from tests import any_order

_STATE = Path(tempfile.mkdtemp(prefix="cityhall-tests-"))
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)
os.environ["CITYHALL_HOME"] = str(_STATE / "home")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cityhall.app.settings")
for _limit in ("PAGES", "ANONYMOUS", "KEYED", "ANONYMOUS_HEAVY", "KEYED_HEAVY"):
    os.environ.setdefault(f"CITYHALL_LIMIT_{_limit}", "")  # for the servers that tests start
settings.CITYHALL_LIMITS = {}  # tests ask from one address, as often as they like
settings.ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}
settings.PASSWORD_HASHERS = ["tests.hashing.QuickHasher"]
# The same examples on every run, and how long one takes is no business of tests: what fails fails for everybody.
# New ones are looked for with --hypothesis-profile=searching.
_calm: Any = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("house", derandomize=True, **_calm)
hypothesis.settings.register_profile("searching", **_calm)
hypothesis.settings.load_profile("house")
any_order.disturb()
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the test's thread

PROJECT = Path(__file__).resolve().parent.parent
REAL_DATA = Path(os.environ.get("CITYHALL_REAL_DATA") or PROJECT.parent / "shared" / "data")


def _missing(marker: str) -> str:
    """Why tests with this marker cannot run here; empty when they can."""
    if marker == "realdata" and not REAL_DATA.is_dir():
        return "the folder of real files is absent (set CITYHALL_REAL_DATA)"
    if marker == "postgres" and not os.environ.get("CITYHALL_TEST_POSTGRES"):
        return "no PostgreSQL server (set CITYHALL_TEST_POSTGRES, or run make test as root on Debian/Ubuntu)"
    if marker == "mysql" and not os.environ.get("CITYHALL_TEST_MYSQL"):
        return "no MariaDB server (set CITYHALL_TEST_MYSQL, or run make test as root on Debian/Ubuntu)"
    if marker == "browser" and not _chromium():
        return "no Chromium (set CITYHALL_CHROMIUM, or run make test as root on Debian/Ubuntu)"
    return ""


def _chromium() -> str:
    return (
        os.environ.get("CITYHALL_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("chromium-browser")
        or ""
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this machine lacks, saying what; in CI (CITYHALL_NO_SKIPS=1) a lack is a failure instead."""
    if os.environ.get("CITYHALL_TEST_ROUND") == "database":
        _keep_database_tests(config, items)
    items.sort(key=_in_a_browser)  # last: from then on the driver's event loop runs in the process
    strict = os.environ.get("CITYHALL_NO_SKIPS") == "1"
    left_out = {"realdata"} if os.environ.get("CITYHALL_SKIP_REALDATA") == "1" else set()
    for item in items:
        for marker in ("realdata", "postgres", "mysql", "browser"):
            if item.get_closest_marker(marker) and (reason := _missing(marker)):
                item.add_marker(
                    pytest.mark.usefixtures("_lacking")
                    if strict and marker not in left_out
                    else pytest.mark.skip(reason=reason)
                )


def pytest_sessionfinish() -> None:
    """What was counted is of a database that is gone by now: it is not written at the end of the process."""
    if counting := sys.modules.get("cityhall.opening.metering.counting"):
        counting._waiting.clear()


def _keep_database_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second round repeats, on another database, only what touches the database."""
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _in_a_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


@pytest.fixture(scope="session", autouse=True)
def _counts_are_written_when_told() -> Iterator[None]:
    """What a process counts is written by its next count after some seconds: in tests that would be by chance."""
    counting = import_module("cityhall.opening.metering.counting")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "EVERY_SECONDS", math.inf)
        patch.setattr(counting, "SWEEP_SECONDS", math.inf)
        yield


@pytest.fixture
def _lacking() -> None:
    pytest.fail("this test must not be skipped here, and what it needs is missing")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files that nobody of this project wrote."""
    return REAL_DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser."""
    return _chromium()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test alone (the database stays the session's)."""
    folder = tmp_path / "home"
    monkeypatch.setenv("CITYHALL_HOME", str(folder))
    folder.mkdir()
    return folder
