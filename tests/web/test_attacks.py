"""Hostile titles, item names, cells and file names: they are shown as text, nowhere as markup."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from tests.web.city import OPEN, City

from cityhall.cases.queries import Figure
from cityhall.catalog.actions import publish
from cityhall.catalog.queries import dataset
from cityhall.collection.actions import Overrides, publish_file
from cityhall.kernel.text import Text
from cityhall.web.cases import figures
from cityhall.web.pages import statistics

pytestmark = pytest.mark.django_db
MARK = "<img src=x onerror=alert(1)>\"'{{1234*4321}}"


@pytest.fixture
def hostile(city: City, tmp_path: Path) -> str:
    """A published dataset whose every text is hostile."""
    column = f"列{MARK}".replace('"', "").replace("'", "")
    path = tmp_path / "<script>alert(1)<'script>.csv"
    path.write_text(
        f"编号,{column}\n" + "".join(f"{n},{MARK.replace(chr(34), '')}{n}\n" for n in range(5)),
        encoding="utf-8",
    )
    overrides = Overrides(
        title=MARK, abstract=MARK, agency=city.agency, code="hostile", keywords=(MARK,),
        items={"编号": dict(OPEN), column: dict(OPEN)},
    )  # fmt: skip
    made = publish_file(city.actors["owner"], path, overrides).tables[0].dataset_id
    if dataset(made).state != "published":
        publish(city.actors["owner"], made)
    return made


def test_hostile_texts_stay_texts(visit, city: City, hostile: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("owner")
    paths = (
        "/", "/datasets/", f"/datasets/{hostile}/", f"/datasets/{hostile}/quality/", "/desk/", "/runs/",
        "/sources/",
        f"/datasets/{hostile}/quarantine/", f"/agencies/{city.agency}/", f"/datasets/?q={MARK}",
    )  # fmt: skip
    for path in paths:
        page = client.get(path).content.decode()
        assert "<img src=x" not in page, path
        assert "<script>alert" not in page, path
        assert str(1234 * 4321) not in page, path


def test_a_file_name_cannot_break_its_header(visit, hostile: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    page = client.post(f"/datasets/{hostile}/download/", {"format": "csv"}, follow=True).content.decode()
    assert "<img" not in page


@pytest.mark.parametrize("text", ["%00", "'; DROP TABLE x;--", "%", "_", "\\", "a" * 5000, "公交 " * 300])
def test_hostile_searches_are_searches(visit, text: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    assert client.get("/datasets/", {"q": text, "after": text, "agency": text}).status_code == 200
    assert client.get("/api/v1/datasets", {"q": text}).status_code in (200, 422)


@pytest.mark.parametrize("name", ["=1+1", "＝1+1", "\n=1+1", "@SUM(1)", "+A1"])
def test_tables_of_figures_hold_no_formula(name: str) -> None:
    """Names of agencies and divisions come from other hands."""
    figure = Figure("", Text(en=name, zh=name), {"due": 3}, {})
    of_cases = figures._csv(SimpleNamespace(name="lamp", measures=()), "agency", [figure])  # type: ignore[arg-type]
    (told,) = csv.DictReader(io.StringIO(of_cases.content.decode("utf-8-sig"), newline=""))
    assert (told["agency"], told["name"], told["due"]) == ("", f"'{name}", "3")
    of_data = statistics._csv([{"code": "", "name": name, "datasets": 3}])
    (cells,) = list(csv.reader(io.StringIO(of_data, newline="")))[1:]
    assert cells == ["", f"'{name}", "3"]


def test_whoever_asks_for_the_head_of_a_page_is_sent_where_the_page_would() -> None:
    for path in ("/desk/", "/account/keys/"):
        looked, asked = Client().get(path), Client().head(path)
        assert (asked.status_code, asked.headers["Location"]) == (302, looked.headers["Location"])
