"""What costs far more to answer than to ask is bounded, however it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from tests.web.city import City, csv_of_parks, parks_overrides

from cityhall.cases.queries import ENOUGH, FileInfo
from cityhall.collection.actions import publish_file
from cityhall.kernel import clock
from cityhall.opening import slicing, versions
from cityhall.opening.actions import forget_leases
from cityhall.opening.queries import layer_of
from cityhall.warehouse import comparing, errors
from cityhall.warehouse.query import engine
from cityhall.warehouse.query.watching import Watched
from cityhall.web import metering
from cityhall.web.api import casework
from cityhall.web.cases import tracking
from cityhall.web.metering import _kind_of
from cityhall.web.middleware import Sizes

pytestmark = pytest.mark.django_db
ROWS = "/api/v1/datasets/parks/rows"
QUERY = "/api/v1/datasets/parks/query"


def _ckan(**given: Any) -> Any:
    return Client().post(
        "/api/3/action/datastore_search",
        json.dumps({"resource_id": "parks-csv", **given}),
        content_type="application/json",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"q": "a " * 26}, {"q": {"公园名称": "a " * 26}}, {"q": {f"x{n}": "a" for n in range(101)}},
        {"filters": {f"x{n}": 1 for n in range(101)}},
    ],
)  # fmt: skip
def test_words_and_filters_are_counted_before_conditions_are_made_of_them(city: City, given: Any) -> None:
    answer = _ckan(**given)
    assert answer.status_code == 409
    assert "more than" in answer.json()["error"]["message"]


def test_a_question_of_nobody_fits_a_megabyte(city: City) -> None:
    long = _ckan(q="a" * 2**20)
    assert (long.status_code, long.json()["error"]["code"]) == (409, "web.body_too_large")
    answer = Client().post(QUERY, '{"where": [' + " " * 2**20 + "]}", content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "web.body_too_large")
    rows = Client(headers={"authorization": f"Bearer {city.keys['owner']}"}).post(
        "/api/v1/sources/none/push", " " * (2**20 + 1), content_type="application/x-ndjson"
    )
    assert rows.status_code == 404, "rows that are pushed may be many"


@pytest.mark.parametrize("path", ["/api/v1/cases/1/files", "/track/1/acts/attach/"])
def test_files_may_be_larger_than_questions(path: str) -> None:
    passed: list[str] = []
    request = RequestFactory().post(path, b"", content_type="multipart/form-data; boundary=x")
    request.META["CONTENT_LENGTH"] = str(20 * 2**20)
    Sizes(lambda asked: passed.append(asked.path))(request)  # type: ignore[arg-type, return-value]
    assert passed == [path]


def test_an_item_named_a_thousand_times_is_shown_once(city: City) -> None:
    answer = Client().get(f"{ROWS}?limit=2&select={','.join(['公园名称', '面积'] * 1000)}")
    assert answer.json()["columns"] == ["公园名称", "面积"]
    asked = {"select": ["面积"] * 50_000, "limit": 1}
    assert Client().post(QUERY, asked, content_type="application/json").json()["columns"] == ["面积"]


def test_all_pages_of_a_slice_share_the_time_of_one_query(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred pages on the way to a deep place, each sorted anew, took two hundred times as long."""
    moments = iter(range(0, 10_000, 4))
    monkeypatch.setattr(slicing, "time", SimpleNamespace(monotonic=lambda: float(next(moments))))
    monkeypatch.setattr(slicing, "PAGE", 5)
    answer = _ckan(sort="面积 desc", offset=50, include_total=False)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "warehouse.query-too-long")


def test_marks_on_the_way_are_small(city: City) -> None:
    slicing._marks.clear()
    assert _ckan(filters={"公园名称": ["x" * 9000, "松风1号公园", "松风2号公园"]}, limit=1).status_code == 200
    assert [len(key[2]) for key in slicing._marks] == [128]


# ---- comparing versions ----


@pytest.fixture
def two(city: City, tmp_path: Any) -> str:
    path = tmp_path / "parks.csv"
    path.write_text(csv_of_parks(edition=2), encoding="utf-8")
    publish_file(city.actors["owner"], path, parks_overrides(city.agency))
    return "/api/v1/datasets/parks/diff?a=1&b=2"


def test_versions_are_compared_once_for_all_who_see_the_same(
    city: City, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions._COMPARED.forget()
    owner = Client(headers={"authorization": f"Bearer {city.keys['owner']}"})
    told, seen = owner.get(two).json(), Client().get(two).json()
    assert (told["changed"], seen["changed"], set(seen["by_item"])) == (57, None, {"面积"})
    monkeypatch.setattr(comparing, "writer", lambda: pytest.fail("compared again"))
    assert owner.get(two).json() == told
    assert Client().get(two).json() == seen
    last = owner.get(f"{two}&after=55").json()
    assert (last["rows"], last["next"]) == (told["rows"][55:], None)


def _interrupted(*_: object) -> None:
    raise duckdb.InterruptException


def test_a_comparison_ends_and_waits_for_no_more_than_its_time(
    city: City, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions._COMPARED.forget()

    with comparing._ONE_AT_A_TIME, monkeypatch.context() as patched:
        patched.setattr(comparing, "WAIT", 0.01)
        assert Client().get(two).json()["error"]["code"] == errors.TooManyQueries.code
    with monkeypatch.context() as patched:
        patched.setattr(comparing, "watch", lambda cursor, _: Watched(cursor, 0.0, interrupted=True))
        patched.setattr(comparing, "_check_keys", _interrupted)
        assert Client().get(two).json()["error"]["code"] == errors.QueryTooLong.code
    assert Client().get(two).status_code == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/v1/datasets/parks/diff", "heavy"), ("/datasets/parks/diff/", "heavy"),
        ("/inventory/responsibility.csv", "heavy"), ("/inventory/islands.csv", "heavy"),
        ("/requests/decisions.json", "heavy"), ("/api/v1/datasets/parks/rows", "call"), ("/inventory/", "page"),
    ],
)  # fmt: skip
def test_what_reads_everything_has_a_limit_of_its_own(path: str, kind: str) -> None:
    assert _kind_of(path) == kind


# ---- numbers at the ends of the world ----


@pytest.mark.parametrize("edge", ["1e9999999", "-1e9999999", "1e-9999999999999999999", "sNaN", "Infinity"])
def test_degrees_are_degrees(city: City, edge: str) -> None:
    answer = Client().get(f"{ROWS}?bbox=0,0,1,{edge}&lon=经度&lat=纬度&limit=1")
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize(
    "moment", ["9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00%2B14:00", "../9999-12-31T23:59:59-12:00"]
)
def test_the_last_hours_of_the_calendar(city: City, moment: str) -> None:
    assert layer_of(city.actors["owner"], "parks").time
    answer = Client().get(f"/ogc/collections/parks/items?datetime={moment}")
    assert (answer.status_code, answer.json()["code"]) == (400, "web.parameter_unusable")


# ---- one who asks for much leaves room for the others ----


def test_a_query_that_waits_too_long_for_its_turn_gives_its_place_to_others(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four slow queries held all the threads of the pages for as long as they ran."""
    monkeypatch.setattr(engine, "WAIT", 0.01)
    assert engine.AT_ONCE < 4, "the threads of the pages"
    taken = BoundedSemaphore(engine.AT_ONCE)
    monkeypatch.setattr(engine, "_turns", taken)
    with ExitStack() as running:
        for _ in range(engine.AT_ONCE):
            running.enter_context(taken)
        refused = Client().get(f"{ROWS}?limit=1")
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, errors.TooManyQueries.code)
        assert Client().get("/").status_code == 200
    assert Client().get(f"{ROWS}?limit=1").status_code == 200


def test_values_are_counted_over_all_conditions(city: City) -> None:
    part = {"item": "公园名称", "op": "in", "value": ["x"] * 1000}
    asked = {"where": [{"any": [part] * 6}], "limit": 1}
    answer = Client().post(QUERY, asked, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, errors.QueryTooBig.code)
    asked["where"] = [{"any": [part] * 5}]
    assert Client().post(QUERY, asked, content_type="application/json").status_code == 200


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Every call takes five seconds by the clock, and a hundred a minute are left."""
    forget_leases()
    settings.CITYHALL_LIMITS = {"anonymous": "100,1000", "keyed": "100,0", "pages": "100,0"}
    moments = iter(range(0, 100_000, 5))
    monkeypatch.setattr(metering, "time", SimpleNamespace(monotonic=lambda: float(next(moments))))
    with clock.at(clock.now().replace(second=30, microsecond=0)):
        yield
    forget_leases()


def test_a_call_that_takes_long_counts_for_many(city: City, slow: None) -> None:
    first = Client().get("/api/v1/datasets/parks")
    assert (first.status_code, first["X-RateLimit-Remaining"]) == (200, "99")
    second = Client().get("/api/v1/datasets/parks")
    assert second["X-RateLimit-Remaining"] == "38"
    assert Client().get("/api/v1/datasets/parks").status_code == 429, (
        "two that took five seconds were the hundred"
    )
    assert Client(REMOTE_ADDR="10.7.7.7").get("/api/v1/datasets/parks").status_code == 200
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert Client().get("/api/v1/datasets/parks").status_code == 200, "a debt ends with its minute"


def test_what_was_long_on_its_way_is_not_charged(city: City, slow: None) -> None:
    for _ in range(3):
        big = Client().post("/api/3/action/package_show", b" " * (2**20 + 1), content_type="application/json")
        assert big.status_code != 429
        assert Client().get("/datasets/").status_code == 200


def test_an_answer_of_many_pages_has_one_turn_for_all_of_them(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT", 0.01)
    monkeypatch.setattr(engine, "_turns", BoundedSemaphore(1))
    monkeypatch.setattr(slicing, "PAGE", 5)
    far = {"sort": "面积 desc", "offset": 30, "limit": 12}
    near = "/ogc/collections/parks/items?limit=5&bbox=1,1,2,2"
    with engine.turn(), engine.turn():
        refused = _in_a_thread(engine.turn)
        assert isinstance(refused, errors.TooManyQueries)
    assert _in_a_thread(engine.turn) is None
    assert len(_ckan(**far).json()["result"]["records"]) == 12
    assert Client().get(near).status_code == 200


def _in_a_thread(block: Any) -> BaseException | None:
    """What goes wrong with a block in another thread."""

    def enter() -> None:
        with block():
            pass

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(enter).exception()


@pytest.mark.parametrize("path", ["/api/v1/cases/1/files", "/track/1/acts/attach/"])
def test_of_a_file_no_more_is_read_than_tells_that_it_is_too_large(
    city: City, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    read: list[int] = []
    monkeypatch.setattr(casework.cases, "attach", lambda *given, **_: read.append(len(given[3])) or "id")
    monkeypatch.setattr(tracking, "attach", lambda *given, **_: read.append(len(given[3])))
    monkeypatch.setattr(tracking, "seen_case", lambda *_: (None, SimpleNamespace(type="x", version=1)))
    monkeypatch.setattr(tracking, "case_type", lambda *_: None)
    Client().post(path, {"file": SimpleUploadedFile("a.txt", bytes(ENOUGH + 5))})
    assert read == [ENOUGH]


@pytest.mark.parametrize("line", ["²", "9" * 5000, "", "-1"])
def test_lines_are_numbers(city: City, visit: Any, line: str) -> None:
    owner = visit("owner")
    for verb, sent in (("dismiss", {"line": line}), ("correct", {f"cell:{line}:面积": "1"})):
        answer = owner.post(f"/datasets/{city.parks}/quarantine/{verb}/", {**sent, "report": "none"})
        assert answer.status_code in (302, 400, 422), verb


# ---- slow readers ----


def test_finished_files_are_read_where_slow_readers_hold_no_thread(city: City, settings: Any) -> None:
    """Eight connections that read nothing of a file held the pages for as long as they liked."""
    settings.CITYHALL_FILES_URL = "http://files.example:8001"
    answer = Client().get("/files/any-token")
    assert (answer.status_code, answer["Location"]) == (302, "http://files.example:8001/files/any-token")
    settings.CITYHALL_FILES_URL = "http://testserver"
    assert Client().get("/files/any-token").status_code == 403, "it would lead here again"


def test_files_of_cases_go_out_whole(tmp_path: Any) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"<html>")
    info = FileInfo("att", 'a"b\r\nSet-Cookie: x\u202egpj.txt', "text/plain", 6, clock.now(), False)
    answer = tracking.as_download(RequestFactory().get("/"), info, path)
    assert (answer.streaming, answer.content, answer["Content-Type"]) == (False, b"<html>", "text/plain")
    assert answer["Content-Disposition"].startswith("attachment")
    assert not {"\r", "\n"} & set(answer["Content-Disposition"])
