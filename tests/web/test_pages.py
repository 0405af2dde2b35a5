"""Pages as visitors meet them: both languages, who sees what, what must never appear."""

from __future__ import annotations

import re

import pytest
from tests.web.city import City

from cityhall.web import error_pages

pytestmark = pytest.mark.django_db


def test_home_shows_figures_and_what_is_new(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("anonymous").get("/").content.decode()
    assert "城市公园名录" in page
    assert 'lang="zh-Hans"' in page


def test_the_language_switch_is_kept(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    response = client.post("/language/", {"language": "en", "next": "/datasets/"})
    assert response.headers["Location"] == "/datasets/"
    page = client.get("/datasets/").content.decode()
    assert "City parks" in page
    assert 'lang="en"' in page


def test_the_public_never_reads_a_hidden_value(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    for path in ("", "quality/", "diff/?from=1&to=1"):
        page = client.get(f"/datasets/{city.parks}/{path}").content.decode()
        assert not re.search(r"138\d{8}", page), path
    page = client.get(f"/datasets/{city.parks}/").content.decode()
    assert "联系电话" in page, "the item itself is listed"
    assert "松风1号公园" in page


def test_another_agency_sees_the_phone_masked(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("other").get(f"/datasets/{city.parks}/").content.decode()
    assert re.search(r"138\*{4}\d{4}", page)
    assert not re.search(r"138\d{8}", page)


def test_the_owner_sees_it_all(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    assert "13800000001" in visit("owner").get(f"/datasets/{city.parks}/").content.decode()


@pytest.mark.parametrize("role", ["anonymous", "other", "citizen"])
def test_a_draft_does_not_exist_for_others(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    client = visit(role)
    assert client.get(f"/datasets/{city.draft}/").status_code == 404
    assert city.draft not in client.get("/datasets/?state=draft").content.decode()


def test_the_owner_is_told_it_is_a_draft(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("owner").get(f"/datasets/{city.draft}/").content.decode()
    assert "这是草稿" in page


def test_security_headers(visit) -> None:  # type: ignore[no-untyped-def]
    response = visit("anonymous").get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"


def test_no_page_has_inline_script_or_style(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("operator")
    for path in (
        "/",
        "/datasets/",
        f"/datasets/{city.parks}/",
        f"/datasets/{city.parks}/quarantine/",
        "/desk/",
        "/runs/",
    ):
        page = client.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))", page), path
        assert not re.search(r"<[^>]+\s(style|on\w+)=", page), path


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_no_open_redirect(visit, city: City, target: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    assert "evil" not in client.post("/language/", {"language": "en", "next": target}).headers["Location"]
    signed = client.post(
        "/account/login/", {"login": "owner1", "password": "celadon-on-paper-7", "next": target}
    )
    assert signed.headers["Location"] == "/desk/"


def test_a_foreign_host_header_is_refused(visit) -> None:  # type: ignore[no-untyped-def]
    response = visit("anonymous").get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert "evil.example" not in response.content.decode()


def test_a_form_without_its_token_changes_nothing(city: City, visit) -> None:  # type: ignore[no-untyped-def]
    client = visit("owner")
    client.handler.enforce_csrf_checks = True
    for path in (f"/datasets/{city.parks}/withdraw/", "/account/keys/", "/language/"):
        response = client.post(path, {"reason": "x", "name": "x", "days": "3"})
        assert response.status_code == 403
        assert "web.form_expired" in response.content.decode()


def test_five_wrong_passwords_lock(visit, settings) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    for _ in range(5):
        response = client.post("/account/login/", {"login": "nobody-here", "password": "wrong-password"})
    assert response.status_code == 429
    assert "web.too_many_attempts" in response.content.decode()


def test_an_unknown_address_has_a_page_and_a_code(visit) -> None:  # type: ignore[no-untyped-def]
    response = visit("anonymous", "en").get("/no/such/page/")
    assert response.status_code == 404
    assert "web.address_unknown" in response.content.decode()
    assert "There is nothing at this address" in response.content.decode()


def test_examples_of_bad_cells_are_for_the_owner(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    address = f"/datasets/{city.parks}/quality/"
    assert "2021-13-45" in visit("owner").get(address).content.decode()
    assert "2021-13-45" not in visit("anonymous").get(address).content.decode()
    assert "2021-13-45" not in visit("other").get(address).content.decode()


def test_what_breaks_is_told_in_both_languages_and_by_itself(rf) -> None:  # type: ignore[no-untyped-def]
    for answer, status in (
        (error_pages.broken(rf.get("/datasets/")), 503),
        (error_pages.bad_request(rf.get("/"), ValueError()), 400),
    ):
        assert answer.status_code == status
        text = answer.content.decode()
        assert 'lang="en"' in text and 'lang="zh-Hans"' in text and "UTC" in text
    assert error_pages.broken(rf.get("/api/v1/datasets"))["Content-Type"] == "application/json"
