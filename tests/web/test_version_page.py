"""Where a version comes from: its delivery, rules, what it was compared with and what it builds on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.web.city import City, csv_of_parks, parks_overrides

from cityhall.catalog.actions import agree_rules
from cityhall.catalog.queries import CheckRule, dataset
from cityhall.collection.actions import Overrides, publish_file
from cityhall.opening.queries import lineage
from cityhall.warehouse.queries import version

pytestmark = pytest.mark.django_db


def _visits(city: City, folder: Path, draft: bool = False) -> str:
    """A dataset whose rows refer to the parks, in its second version checked against them."""
    owner, path = city.actors["owner"], folder / "visits.csv"
    path.write_text("序号,公园\n1,P0001\n2,P0002\n", encoding="utf-8")
    made = (
        publish_file(owner, path, Overrides(agency=city.agency, code="visits", draft=draft))
        .tables[0]
        .dataset_id
    )
    rule = CheckRule(
        code="known", kind="reference", items=("公园",), params={"dataset": "parks", "item": "公园编号"}
    )
    agree_rules(owner, made, (rule,))
    path.write_text("序号,公园\n1,P0001\n2,P9999\n3,P0003\n", encoding="utf-8")
    publish_file(owner, path, Overrides(agency=city.agency, code="visits", mode="append"))
    return made


def test_a_version_names_its_rules_and_what_it_was_compared_with(visit, city: City, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    visits = _visits(city, tmp_path)
    told = lineage(city.actors["citizen"], visits, 2)
    assert [(one.dataset_id, one.version) for one in told.compared] == [(city.parks, 1)]
    assert (told.base, told.rules, told.source) == (1, dataset(visits).rules_version, "file")
    assert told.version.counts.quarantined == 1
    assert told.sha256 == version(visits, 2).landed_sha256s, "all of it is open"
    page = visit("anonymous", "en").get(f"/datasets/{visits}/versions/2/").content.decode()
    for words in (
        "City parks, version 1",
        "Single file",
        "checked by version 1",
        told.sha256[0],
    ):
        assert words in page
    first = visit("anonymous").get(f"/datasets/{visits}/versions/1/").content.decode()
    assert "这不是最新的版本" in first
    assert "只按数据项的类型和标准数据元检查" in first or "版规则检查" in first


def test_a_hash_of_what_is_hidden_and_the_owners_run_are_the_owners(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    (digest,) = version(city.parks, 1).landed_sha256s
    address = f"/datasets/{city.parks}/versions/1/"
    owner = visit("owner").get(address).content.decode()
    assert digest in owner
    assert "/runs/" in owner
    assert "collection.load_version" not in owner
    for role in ("anonymous", "other", "citizen"):
        page = visit(role).get(address).content.decode()
        assert digest not in page
        assert "/runs/run_" not in page
    operator = visit("operator", "en").get(address).content.decode()
    assert "Ledger entry" in operator


def test_what_may_not_be_known_is_not_named_as_compared_with(city: City, tmp_path: Path) -> None:
    owner, path = city.actors["owner"], tmp_path / "boughs.csv"
    path.write_text("枝号,树\n1,1\n2,2\n", encoding="utf-8")
    boughs = publish_file(owner, path, Overrides(agency=city.agency, code="boughs")).tables[0].dataset_id
    rule = CheckRule(
        code="known", kind="reference", items=("树",), params={"dataset": "trees", "item": "树号"}
    )
    agree_rules(owner, boughs, (rule,))
    path.write_text("枝号,树\n1,1\n2,2\n3,1\n", encoding="utf-8")
    publish_file(owner, path, Overrides(agency=city.agency, code="boughs"))
    assert [one.dataset_id for one in lineage(owner, boughs, 2).compared] == [city.draft]
    assert lineage(city.actors["citizen"], boughs, 2).compared == ()


def test_a_version_that_is_not_there(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    for number in ("0", "2", "99999999999999999999999"):
        assert visit("anonymous").get(f"/datasets/{city.parks}/versions/{number}/").status_code == 404
    assert visit("anonymous").get(f"/datasets/{city.draft}/versions/1/").status_code == 404


def test_a_corrected_version_says_so(city: City, tmp_path: Path) -> None:
    owner, path = city.actors["owner"], tmp_path / "parks.csv"
    path.write_text(csv_of_parks(edition=2), encoding="utf-8")
    publish_file(owner, path, parks_overrides(city.agency))
    told = lineage(owner, city.parks, 2)
    assert (told.base, told.source_name) == (None, "parks.csv")


def test_rows_that_differ_come_page_by_page(visit, city: City, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file, owner = tmp_path / "gardens.csv", city.actors["owner"]
    for rows in (40, 160):
        file.write_text(csv_of_parks(rows=rows, bad=0), encoding="utf-8")
        publish_file(owner, file, replace(parks_overrides(city.agency, code="gardens"), name="gardens.csv"))
    client, keys, after = visit("owner", "en"), [], 0
    while after is not None:
        told = client.get(f"/api/v1/datasets/gardens/diff?a=1&b=2&after={after}").json()
        keys += [tuple(row["key"]) for row in told["rows"]]
        after = told["next"]
    assert len(keys) == len(set(keys)) == told["added"] == 120
    assert keys == sorted(keys)
    address = "/datasets/gardens/diff/?from=1&to=2"
    assert "after=50" in client.get(address).content.decode()
    last = client.get(f"{address}&after=100").content.decode()
    assert last.count("<tr>") == 21
    assert 'rel="prev"' in last
    assert 'rel="next"' not in last
    assert client.get(f"{address}&after=500").status_code == 200
