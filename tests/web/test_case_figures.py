"""Figures of cases as pages: measures, rankings, the cases behind them, bulletins, the map, the wall."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from tests.web.city import BUILDER, City

from cityhall.app import computed_tables
from cityhall.app.case_tables import tables
from cityhall.app.computed_tables import publish_computed
from cityhall.cases.actions import act, install_type, open_case
from cityhall.catalog.queries import dataset
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.kernel.home import home
from cityhall.opening.queries import preview

pytestmark = pytest.mark.django_db
LAMP = Path(__file__).parents[1] / "cases" / "lamp.yaml"
DECLARED = """
evaluation:
  crews: {zh: 班组评价, en: Crews, of: agency, least: 2, score: {on_time: {weight: 100, worst: 0.5, best: 1}}}
  people: {zh: 人员评价, en: People, of: opener, open: false, score: {on_time: {weight: 100}}}
figures: {least: 2}
"""


@pytest.fixture
def lamps(city: City, db: None, tmp_path: Path) -> list[str]:
    """Four lamps sent in March 2026: three repaired and settled, one left dark."""
    shutil.rmtree(home() / "cases" / "facts", ignore_errors=True)  # of cases that other tests took back
    cache.clear()
    path = tmp_path / "lamp.yaml"
    path.write_text(LAMP.read_text("utf-8") + DECLARED, "utf-8")
    install_type(BUILDER, path)
    found = []
    with clock.at(clock.now().replace(year=2026, month=3, day=2, hour=1)):
        for number in range(4):
            made = open_case(ANONYMOUS, "street_lamp", {"what": "dark", "spot": [120.7, 28.0 + number / 100]})
            act(BUILDER, made.number, "send", {"agency": city.agency})
            if number:
                act(BUILDER, made.number, "repair", {})
                act(city.actors["operator"], made.number, "settle", {})
            found.append(made.number)
    return found


MARCH = "from=2026-03-01&to=2026-03-31"


def test_figures_lead_down_to_their_cases(visit, lamps: list[str], city: City) -> None:  # type: ignore[no-untyped-def]
    anybody, desk, crew = visit("anonymous"), visit("operator", "en"), visit("other")
    assert "路灯报修" in anybody.get("/cases/figures/").content.decode()
    page = anybody.get(f"/cases/figures/street_lamp/?{MARCH}").content.decode()
    assert "应结案 4 件，其中按期结案 3 件" in page
    assert "75.00%" in page
    assert "市园林局" in page
    assert "/cases/figures/street_lamp/cases/" not in page, "the cases are for those who work on them"

    page = desk.get(f"/cases/figures/street_lamp/?{MARCH}&by=agency").content.decode()
    (behind,) = re.findall(r'href="(/cases/figures/street_lamp/cases/\?[^"]*agency=[^"]+)"', page)
    listed = desk.get(behind.replace("&amp;", "&")).content.decode()
    assert lamps[0] in listed
    assert lamps[1] not in listed, "it was settled in time"
    whole = desk.get(behind.replace("&amp;", "&") + "&part=of").content.decode()
    assert all(number in whole for number in lamps)
    assert lamps[0] not in crew.get(behind.replace("&amp;", "&")).content.decode(), "not their agency's"
    assert desk.get("/cases/figures/street_lamp/?from=2026-02-31").status_code == 422


def test_home_says_how_limits_are_kept(visit, lamps: list[str], city: City) -> None:  # type: ignore[no-untyped-def]
    with clock.at(clock.now().replace(year=2026, month=4, day=1, hour=1)):
        page = visit("anonymous", "en").get("/").content.decode()
    assert re.search(r'75<span class="figure-unit">%</span></span>settled on time, of 4 cases due', page)
    assert re.search(r">3<span[^>]*></span></span>cases closed within a year", page)
    assert page.count('href="/cases/figures/street_lamp/"') == 2


def test_figures_as_tables(visit, lamps: list[str], city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous", "en")
    sheet = client.get(f"/cases/figures/street_lamp/?{MARCH}&by=agency&format=csv").content.decode(
        "utf-8-sig"
    )
    (row,) = csv.DictReader(io.StringIO(sheet))
    assert (row["agency"], row["name"], row["due"], row["on_time"]) == (
        city.agency,
        "Parks Bureau",
        "4",
        "0.75",
    )
    narrowed = client.get(f"/cases/figures/street_lamp/?{MARCH}&by=state&agency=nobody&format=csv")
    assert len(narrowed.content.decode("utf-8-sig").splitlines()) == 1
    answer = client.get(
        "/api/v1/case-types/street_lamp/figures?first=2026-03-01&last=2026-03-31&by=state"
    ).json()
    assert answer["figures"] == [], "one case is too few to be told of, and what is left of four tells it"
    at_desk = visit("operator").get(f"/cases/figures/street_lamp/?{MARCH}&by=state&format=csv")
    rows = csv.DictReader(io.StringIO(at_desk.content.decode("utf-8-sig")))
    assert {row["state"]: row["due"] for row in rows} == {"sent": "1", "settled": "3"}


def test_outside_figures_are_of_whole_months_that_are_over(visit, lamps: list[str], city: City) -> None:  # type: ignore[no-untyped-def]
    """A day of a month, or the month that runs, told beside another, would tell of the days between."""
    anybody = visit("anonymous", "en")
    for asked in ("from=2026-03-05&to=2026-03-20", "from=2025-01-01&to=2026-03-02"):
        page = anybody.get(f"/cases/figures/street_lamp/?{asked}").content.decode()
        assert 'name="from" value="2026-03-01"' in page
        assert 'name="to" value="2026-03-31"' in page
        assert "whole months that are over" in page
    with clock.at(clock.now().replace(year=2026, month=3, day=20)):
        running = anybody.get("/api/v1/case-types/street_lamp/figures?last=2026-03-20").json()
        assert (running["first"], running["last"], running["figures"]) == ("2026-02-01", "2026-02-28", [])
        paper = "/cases/figures/street_lamp/bulletin.csv?month=2026-03"
        assert (anybody.get(paper).status_code, visit("operator").get(paper).status_code) == (422, 200)
        ranked = anybody.get("/api/v1/case-types/street_lamp/evaluation?last=2026-03-20").json()
        assert (ranked["first"], ranked["scores"]) == ("2026-02-01", [])
    across = f"/cases/figures/street_lamp/?{MARCH}&by=agency&state=settled&format=csv"
    assert anybody.get(across).content == anybody.get(across.replace("&state=settled", "")).content, (
        "a unit's share of a state is nobody's outside"
    )


def test_evaluation_with_its_parts(visit, lamps: list[str], city: City) -> None:  # type: ignore[no-untyped-def]
    address = f"/cases/figures/street_lamp/evaluation/?{MARCH}"
    page = visit("anonymous").get(address).content.decode()
    assert "市园林局" in page
    assert "50.00" in page, "0.75 is half way from 0.5 to 1"
    assert "人员评价" not in page, "people are for supervisors"
    assert "人员评价" in visit("operator").get(address).content.decode()
    client = visit("anonymous")
    ranked = client.get("/api/v1/case-types/street_lamp/evaluation?first=2026-03-01&last=2026-03-31").json()
    assert [(one["place"], one["points"]) for one in ranked["scores"]] == [(1, pytest.approx(50))]
    hidden = client.get("/api/v1/case-types/street_lamp/evaluation?of=opener")
    assert hidden.status_code in (401, 403)
    empty = client.get(
        "/cases/figures/street_lamp/evaluation/?from=2020-01-01&to=2020-01-31"
    ).content.decode()
    assert "没有可评价的对象" in empty


def test_a_bulletin_is_the_same_for_the_same_facts(visit, lamps: list[str]) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    address = "/cases/figures/street_lamp/bulletin"
    first, second = (client.get(f"{address}.pdf?month=2026-03").content for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert first == second
    assert first != visit("anonymous", "en").get(f"{address}.pdf?month=2026-03").content
    assert client.get("/api/v1/case-types/street_lamp/bulletins/2026-03.pdf").content == first
    sheet = client.get(f"{address}.csv?month=2026-03").content.decode("utf-8-sig")
    total = next(csv.DictReader(io.StringIO(sheet)))
    assert (total["month"], total["应结案"], total["按期结案率"]) == ("2026-03", "4", "0.75")
    assert client.get(f"{address}.csv?month=2999-01").status_code == 422
    assert client.get(f"{address}.csv?month=no").status_code == 422
    assert client.get(f"{address}.odt").status_code == 404


def test_figures_become_datasets(lamps: list[str], city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computed_tables, "OWNER", city.agency)
    made = {one.code: one for one in tables()}
    assert publish_computed(BUILDER, made["case-figures-street-lamp"])
    found = dataset("case-figures-street-lamp")
    seen = preview(ANONYMOUS, found.id)
    rows = [dict(zip(seen.columns, row, strict=True)) for row in seen.rows]
    whole = next(row for row in rows if row["维度"] == "全市" and row["月份"] == "2026-03")
    assert (whole["应结案数"], float(whole["按期结案率"])) == (4, 75.0)
    assert {item.title.en for item in found.items} >= {"Month", "On-time settlement (%)"}
    assert not publish_computed(BUILDER, made["case-figures-street-lamp"]), "the same figures make no version"
    assert publish_computed(BUILDER, made["case-evaluation-street-lamp-crews"])
    page = Client(headers={"accept-language": "en"}).get("/cases/figures/street_lamp/").content.decode()
    assert "/datasets/case-figures-street-lamp/" in page
    back = Client().get("/datasets/case-figures-street-lamp/").content.decode()
    assert "/cases/figures/street_lamp/" in back


def test_the_map_has_the_cases_of_the_list(visit, lamps: list[str]) -> None:  # type: ignore[no-untyped-def]
    desk = visit("operator")
    page = desk.get("/cases/map/").content.decode()
    assert lamps[0] in page
    assert "is-late" in page, "the drawing has it too"
    answer = desk.get("/cases/map/places.json?type=street_lamp")
    body = answer.json()
    at = body["number"].index(lamps[0])
    assert (body["lon"][at], body["lat"][at], body["lateness"][at]) == (12070000, 2800000, 2)
    assert body["states"][body["state"][at]] == "已派遣"
    again = desk.get(
        "/cases/map/places.json?type=street_lamp", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    act(BUILDER, lamps[0], "repair", {})
    changed = desk.get(
        "/cases/map/places.json?type=street_lamp", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert changed.status_code == 200
    assert desk.get("/cases/map/places.json?type=street_lamp&state=reported").json()["number"] == []


def test_the_wall_shows_today(visit, lamps: list[str]) -> None:  # type: ignore[no-untyped-def]
    answer = visit("operator", "en").get("/cases/wall/?type=street_lamp")
    page = answer.content.decode()
    assert "Street-lamp repair" in page
    assert re.search(r"<dt>Open</dt><dd>1</dd>", page)
    assert re.search(r'class="is-late"><dt>Late</dt><dd>1</dd>', page)
    assert "days late" in page
    assert answer.headers["Refresh"] == "60"
    assert "<script" not in page
