"""What stands before every page and interface: sizes, caches, and what anybody may ask for again and again."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from tests.web.city import City

from cityhall.cases.reporting import setting
from cityhall.identity.actions import create_key
from cityhall.web.metering import _kind_of
from cityhall.web.middleware import Sizes

pytestmark = pytest.mark.django_db


def _unread(_: HttpRequest) -> HttpResponse:
    pytest.fail("it was passed on")


@pytest.mark.parametrize("size", [str(256 * 2**20 + 1), "9" * 30, "-1", "1e3", "x"])
@pytest.mark.parametrize("path", ["/report/urban_case/", "/api/v1/cases", "/open311/v2/requests.json", "/"])
def test_what_is_larger_than_anything_is_refused_unread(path: str, size: str) -> None:
    request = RequestFactory().post(path)
    request.META["CONTENT_LENGTH"] = size
    answer = Sizes(_unread)(request)
    assert answer.status_code in (400, 413)
    assert ("1 MB" if path.startswith("/api/") else "256 MB") in answer.content.decode()


def test_what_somebody_known_sees_is_kept_by_nobody(city: City, visit) -> None:  # type: ignore[no-untyped-def]
    for path in ("/", "/desk/", "/account/", "/datasets/parks/", "/api/v1/datasets/parks/rows"):
        assert visit("owner").get(path).headers["Cache-Control"].startswith("private, no-"), path
    token = create_key(city.actors["owner"], "x", 1)[1]
    answer = Client(headers={"authorization": f"Bearer {token}"}).get("/api/v1/datasets/parks/rows")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in Client().get("/").headers


def test_what_an_anonymous_may_ask_for_is_worked_out_once_or_has_a_limit(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Client().get("/api/v1/openapi.json").json()
    monkeypatch.setattr("ninja.main.get_schema", lambda **_: pytest.fail("it was worked out again"))
    assert Client().get("/api/v1/openapi.json").json() == first
    for path in (
        "/cases/figures/urban_case/bulletin.pdf",
        "/api/v1/case-types/urban_case/bulletins/2026-10.pdf",
    ):
        assert _kind_of(path) == "heavy"
    made: list[str] = []
    monkeypatch.setattr(setting, "_set", lambda words, _moment: made.append(words) or b"%PDF-")
    monkeypatch.setattr(
        setting, "laid", lambda bulletin, language: {"month": str(bulletin.month), "in": language}
    )
    setting._SET.forget()
    for language in ("en", "zh-hans", "en", "zh-hans"):
        setting.as_pdf(_bulletin(), language)
    assert len(made) == 2
    setting._SET.forget()


class _bulletin:
    month, known = date(2026, 10, 1), None
