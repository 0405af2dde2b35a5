"""Inventories: what they find, and that they become datasets of the catalogue, a new version only when something changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from tests.web.city import City
from tests.web.conftest import city as city

from cityhall.app import computed_tables
from cityhall.app.computed_tables import data_bureau, publish_computed
from cityhall.app.inventory_tables import TABLES
from cityhall.catalog.queries import Overlap, dataset
from cityhall.identity.actions import register_agency
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS, system_actor
from cityhall.kernel.text import Text
from cityhall.opening.queries import islands, preview, responsibilities
from cityhall.warehouse.queries import versions

pytestmark = pytest.mark.django_db
KEEPER = system_actor("upkeep")


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    caches["near"].clear()
    yield
    caches["near"].clear()


@pytest.fixture
def bureau(city: City, monkeypatch: pytest.MonkeyPatch) -> str:
    """The agency that this node's operator named."""
    monkeypatch.setattr(computed_tables, "OWNER", city.agency)
    return city.agency


def kinds(dataset_id: str = "", agency_id: str = "") -> set[str]:
    return {
        one.kind
        for one in islands()
        if (dataset_id and one.dataset_id == dataset_id) or (agency_id and one.agency_id == agency_id)
    }


def test_an_agency_that_publishes_nothing_is_an_island(city: City) -> None:
    assert kinds(agency_id=city.other_agency) == {"silent"}
    assert kinds(dataset_id=city.parks) == set()


def test_what_is_late_or_unread_is_an_island_in_its_time(city: City) -> None:
    with clock.at(clock.now() + timedelta(days=100)):
        assert kinds(dataset_id=city.parks) == {"unread"}
    with clock.at(clock.now() + timedelta(days=366 * 1.25 + 1)):
        assert kinds(dataset_id=city.parks) == {"late", "unread"}


def test_nobody_collects_what_the_platform_computes(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    name = Text(en="Elsewhere", zh="别处")
    found = Overlap("dst_else", "elsewhere", name, city.other_agency, "", 1.0, (), name)
    monkeypatch.setattr("cityhall.opening.inventory.islands.overlaps", lambda _own: (found,))
    assert [one.code for one in islands() if one.kind == "twice"] == ["parks"]
    assert not [one for code in ("parks", "elsewhere") for one in islands({code}) if one.kind == "twice"]


def test_the_responsibility_list_has_a_line_per_item_of_what_is_published(city: City) -> None:
    lines = list(responsibilities())
    assert [one.item for one in lines] == [one.name for one in dataset(city.parks).items]
    assert {one.agency_id for one in lines} == {city.agency}


@pytest.mark.usefixtures("city")
def test_nobody_is_made_to_publish_what_the_platform_computes() -> None:
    assert data_bureau() is None
    assert not publish_computed(KEEPER, TABLES[0])


def test_an_agency_whose_name_speaks_of_data_is_the_bureau(city: City) -> None:
    first = register_agency(
        KEEPER, "11330300MB2999914U", Text(en="Data Bureau", zh="数据局"), "municipal_unit"
    )
    bureau = data_bureau()
    assert bureau is not None
    assert bureau.id == first != city.agency


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.code)
def test_an_inventory_is_a_dataset_and_changes_only_with_its_rows(bureau: str, table: object) -> None:
    one = next(each for each in TABLES if each is table)
    assert publish_computed(KEEPER, one)
    made = dataset(one.code)
    assert made.state == "published"
    assert made.agency_id == bureau
    assert preview(ANONYMOUS, made.id).rows
    assert preview(ANONYMOUS, made.id).columns == tuple(column.name for column in one.columns)
    again = publish_computed(KEEPER, one)
    assert len(versions(made.id)) == 1 + again
    assert not publish_computed(KEEPER, one)


def test_the_pages_and_the_sheets_agree(city: City) -> None:
    client = Client(headers={"accept-language": "en"})
    assert "Water Bureau" in client.get("/inventory/?kind=silent").content.decode()
    sheet = client.get("/inventory/responsibility.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sheet)))
    assert {row["Agency"] for row in rows} == {"Parks Bureau"}
    assert len(rows) == len(dataset(city.parks).items)
    shown = client.get(f"/inventory/responsibility/?agency={city.agency}").content.decode()
    assert all(row["Item"] in shown for row in rows)
