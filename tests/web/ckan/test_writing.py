"""Writing through the CKAN face: the same verbs, rights and rules as everywhere, and a sentence for what has no place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.city import City
from tests.web.ckan.conftest import Caller

from cityhall.catalog.queries import dataset
from cityhall.ledger.queries import entries


@pytest.fixture
def write(city: City, call: Caller) -> Iterator[Caller]:
    """`call` with the owner's key."""
    yield lambda action, **given: call(action, **{"key": "owner", **given})


@pytest.fixture
def benches(city: City, write: Caller) -> dict[str, Any]:
    """A new package."""
    made: dict[str, Any] = write(
        "package_create",
        name="benches",
        title="公园长椅",
        owner_org=city.agency,
        notes="每把长椅的位置",
        tags=[{"name": "长椅"}],
        license_id="cc-by-4.0",
        groups=[{"name": "environment"}],
        maintainer="园林局数据处",
        extras=[{"key": "update_cycle", "value": "yearly"}, {"key": "temporal_start", "value": "2020-01-01"}],
    )
    return made


def _upload(city: City, content: bytes, **given: str) -> Any:
    file = SimpleUploadedFile("benches.csv", content)
    answer = Client().post(
        "/api/3/action/resource_create",
        {**given, "upload": file},
        headers={"authorization": city.keys["owner"]},
    )
    return json.loads(answer.content)


def test_a_package_becomes_a_draft(city: City, call: Caller, benches: dict[str, Any]) -> None:
    assert (benches["name"], benches["state"], benches["private"]) == ("benches", "draft", True)
    entry = dataset(benches["id"])
    assert (entry.licence, entry.keywords, entry.field_code) == ("CC-BY-4.0", ("长椅",), "environment")
    assert (entry.update_cycle, str(entry.temporal.start)) == ("yearly", "2020-01-01")
    assert entries(subject=f"dataset:{entry.id}", limit=1)[0].verb == "catalog.draft_dataset"
    call("package_show", id="benches", status=404)


def test_the_whole_way_of_a_dataset(city: City, write: Caller, call: Caller, benches: dict[str, Any]) -> None:
    sent = _upload(city, "编号,位置\nB1,东门\nB2,西门\n".encode(), package_id="benches", format="CSV")
    assert sent["success"], sent
    assert sent["result"]["receipt"]["clean"] == 2
    rows = write("datastore_search", resource_id=benches["id"])
    assert [one["编号"] for one in rows["records"]] == ["B1", "B2"]
    published = write("package_patch", id="benches", private=False)
    assert (published["state"], published["private"]) == ("active", False)
    assert call("package_show", id="benches")["id"] == benches["id"]
    again = _upload(city, "编号,位置\nB3,南门\n".encode(), package_id="benches")
    assert again["result"]["receipt"]["version"] == 2
    write("package_delete", id="benches")
    call("package_show", id="benches", status=404)
    assert write("package_show", id="benches")["state"] == "deleted"


def test_what_comes_back_unchanged_changes_nothing(write: Caller, benches: dict[str, Any]) -> None:
    before = dataset(benches["id"])
    assert write("package_update", **benches)["id"] == benches["id"]
    assert dataset(benches["id"]).revision == before.revision
    write("package_patch", id="benches", title="长椅")
    assert dataset(benches["id"]).title.zh == "长椅"
    assert dataset(benches["id"]).abstract == before.abstract


def test_rows_by_the_datastore(write: Caller, benches: dict[str, Any]) -> None:
    made = write(
        "datastore_create",
        resource={"package_id": "benches"},
        fields=[{"id": "编号", "type": "text"}, {"id": "数量", "type": "int"}],
        records=[{"编号": "B1", "数量": 3}, {"编号": "B2", "数量": 5}],
        primary_key="编号",
    )
    assert made["receipt"]["clean"] == 2
    id_ = made["resource_id"]
    assert {item.name: item.type for item in dataset(benches["id"]).items} == {
        "编号": "text",
        "数量": "integer",
    }
    upserted = write(
        "datastore_upsert", resource_id=id_, records=[{"编号": "B2", "数量": 6}, {"编号": "B3", "数量": 1}]
    )
    assert upserted["receipt"]["clean"] == 2
    rows = write("datastore_search", resource_id=id_, sort="编号")["records"]
    assert [(one["编号"], one["数量"]) for one in rows] == [("B1", 3), ("B2", 6), ("B3", 1)]
    told = write(
        "datastore_upsert",
        resource_id=id_,
        records=[{"编号": f"C{number}", "数量": "many" if number == 7 else number} for number in range(20)],
    )
    assert (told["receipt"]["clean"], told["receipt"]["quarantined"]) == (19, 1)
    for wrong in ({"method": "update"}, {"dry_run": True}, {"records": []}):
        write("datastore_upsert", **{"resource_id": id_, "records": [{"编号": "B9"}], **wrong}, status=409)


@pytest.mark.parametrize(
    "action", ["package_update", "package_delete", "resource_create", "datastore_upsert", "datastore_create"]
)
def test_who_may_not_write(city: City, call: Caller, action: str) -> None:
    given = {"id": "parks", "package_id": "parks", "resource_id": city.parks, "title": "x", "url": "https://d.example/x.csv",
             "records": [{"公园编号": "1"}]}  # fmt: skip
    if action.startswith("package_update"):
        given = {"id": "parks", "title": "x"}
    for key in ("", "other"):
        body = call(action, key=key, status=403, **given)
        assert body["error"]["code"] == "identity.right_missing"
    assert dataset(city.parks).state == "published"


def test_nobody_in_particular_creates_nothing(city: City, call: Caller) -> None:
    call("package_create", name="x-y", title="x", owner_org=city.agency, status=403)
    call("package_create", key="other", name="x-y", title="x", owner_org=city.agency, status=403)
    call("organization_create", key="owner", title="x", extras=[{"key": "uscc", "value": "x"}], status=403)


NO_PLACE = [
    {"colour": "green"},
    {"extras": [{"key": "colour", "value": "green"}]},
    {"groups": [{"name": "environment"}, {"name": "health"}]},
    {"groups": "environment"},
    {"tags": "a,b"},
    {"license_id": "my-own"},
    {"extras": {"a": "b"}},
    {"extras": [{"key": "temporal_start", "value": "soon"}]},
    {"name": "renamed"},
    {"title": ["x"]},
]


@pytest.mark.parametrize("given", NO_PLACE, ids=str)
def test_what_has_no_place_is_refused_with_a_sentence(write: Caller, given: dict[str, Any]) -> None:
    body = write("package_patch", id="parks", status=409, **given)
    assert body["error"]["__type"] == "Validation Error"
    assert len(body["error"]["message"]) > 40


@pytest.mark.parametrize(
    "action", ["group_create", "user_create", "dataset_purge", "package_revise", "resource_delete"]
)
def test_what_a_city_hall_does_not_do(write: Caller, action: str) -> None:
    assert write(action, id="parks", status=409)["error"]["code"] == "web.ckan_not_mapped"


def test_nothing_is_changed_by_get(city: City, db: None) -> None:
    answer = Client().get(
        "/api/3/action/package_delete?id=parks", headers={"authorization": city.keys["owner"]}
    )
    assert answer.status_code == 409
    assert dataset(city.parks).state == "published"


def test_a_session_changes_nothing_here(city: City, visit: Any) -> None:
    client = visit("owner")
    answer = client.post(
        "/api/3/action/package_delete", json.dumps({"id": "parks"}), content_type="application/json"
    )
    assert answer.status_code == 403
    assert dataset(city.parks).state == "published"


def test_files_that_are_no_tables_are_told(city: City, benches: dict[str, Any]) -> None:
    for content in (b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"<html><body>sign in</body></html>"):
        body = _upload(city, content, package_id="benches")
        assert body["success"] is False
        assert body["error"]["__type"] == "Validation Error"
