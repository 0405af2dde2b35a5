"""The figures of the portal: they agree with the catalogue, part by part, and become open data themselves."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from tests.catalog.making import OPERATOR, a_draft, an_agency, words
from tests.web.city import City

from cityhall.app import computed_tables
from cityhall.app.computed_tables import publish_computed
from cityhall.app.statistics_tables import TABLES
from cityhall.catalog.actions import draft_dataset, publish, withdraw
from cityhall.catalog.queries import Filter, datasets
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.queries import AXES, preview, statistics

pytestmark = pytest.mark.django_db


def test_totals_agree_with_the_catalogue(city: City) -> None:
    told = statistics().totals
    listed = datasets(Filter(state="published")).datasets
    assert told.datasets == len(listed)
    assert told.items == sum(len(one.items) for one in listed)
    assert told.restricted == sum(one.opening_class == "restricted" for one in listed)
    assert told.rows == 57 and told.interfaces == 1 and told.agencies == 1
    assert told.score is not None and 0.5 < told.score <= 1


def test_every_division_adds_up(city: City) -> None:
    other = an_agency(7)
    publish(OPERATOR, draft_dataset(OPERATOR, a_draft(other, code="more", region="330302")))
    told = statistics()
    for axis in AXES:
        parts = told.by[axis]
        assert [part.datasets for part in parts] == sorted((part.datasets for part in parts), reverse=True)
        assert all(0 < part.share <= 1 and part.open <= part.datasets for part in parts)
    assert sum(part.datasets for part in told.by["agency"]) == told.totals.datasets
    assert sum(part.rows for part in told.by["agency"]) == told.totals.rows
    assert [part.code for part in told.by["region"]] == ["330302"]  # the parks have none


def test_months_are_those_of_the_city(city: City) -> None:
    agency = an_agency(8)
    with clock.at(
        datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    ):  # half past midnight of New Year's Day in the city
        new_year = draft_dataset(OPERATOR, a_draft(agency, code="new-year"))
        publish(OPERATOR, new_year)
    with clock.at(datetime(2026, 2, 1, tzinfo=UTC)):
        months = {f"{one.month:%Y-%m}": one for one in statistics().months}
    assert len(months) == 12 and list(months)[-1] == "2026-02"
    assert months["2025-12"].datasets == 0 and months["2026-01"].added == 1
    assert months["2026-02"].datasets == months["2026-01"].datasets == 1
    withdraw(OPERATOR, new_year, "for the test")
    with clock.at(datetime(2026, 2, 1, tzinfo=UTC)):
        assert not any(one.datasets for one in statistics().months)


def test_drafts_are_not_counted(city: City) -> None:
    before = statistics().totals
    draft_dataset(OPERATOR, a_draft(city.agency, code="hidden", title=words("Hidden")))
    assert statistics().totals == before


def test_days_have_no_gaps(city: City) -> None:
    days = [one.day for one in statistics().days]
    assert len(days) == 30 and days[-1] == clock.today()
    assert all(after - before == timedelta(days=1) for before, after in pairwise(days))


@pytest.mark.parametrize("name", ["totals", "fields", "regions", "agencies", "months", "use"])
def test_every_table_can_be_taken_along(city: City, name: str) -> None:
    client = Client(headers={"accept-language": "en"})
    text = client.get(f"/statistics/{name}.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text))) if text else []
    body = client.get(f"/statistics/{name}.json").json()
    assert len(rows) == len(body["rows"]) and body["at"]
    assert name == "regions" or rows


def test_a_table_that_does_not_exist(city: City) -> None:
    for address in ("/statistics/nothing.csv", "/statistics/fields.exe"):
        assert Client().get(address).status_code == 404


def test_the_statistics_are_datasets(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computed_tables, "OWNER", city.agency)
    for table in TABLES:
        assert publish_computed(OPERATOR, table)
        shown = preview(ANONYMOUS, table.code, 50)
        assert shown.dataset.state == "published" and shown.rows
    page = Client(headers={"accept-language": "en"}).get("/statistics/").content.decode()
    linked = {preview(ANONYMOUS, table.code, 1).dataset.id for table in TABLES}
    assert all(f'<a href="/datasets/{one}/">As a dataset</a>' in page for one in linked)
    fields = preview(ANONYMOUS, "open-data-statistics", 50)
    named = [dict(zip(fields.columns, row, strict=True)) for row in fields.rows]
    assert {"维度": "数据领域", "名称": "生态环境", "数据集": 1}.items() <= next(
        row for row in named if row["代码"] == "environment"
    ).items()
