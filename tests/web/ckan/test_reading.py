"""The CKAN face for readers: envelopes, packages, lists, what is never shown."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.web.city import PHONE, City
from tests.web.ckan.conftest import Caller

from cityhall.kernel.actor import Actor
from cityhall.web.ckan.about import user_of


def test_get_and_post_answer_alike(city: City, call: Caller) -> None:
    by_get = json.loads(Client().get("/api/3/action/package_show", {"id": "parks"}).content)
    assert by_get["success"] is True
    assert by_get["help"].endswith("help_show?name=package_show")
    assert by_get["result"] == call("package_show", id=city.parks)


def test_a_package_has_what_clients_look_for(city: City, call: Caller) -> None:
    package = call("package_show", id="parks")
    assert (package["name"], package["id"]) == ("parks", city.parks)
    assert package["title"] == "城市公园名录"
    assert package["license_id"] == "CC-BY-4.0"
    assert package["isopen"] is True
    assert package["organization"]["id"] == package["owner_org"] == city.agency
    assert [one["name"] for one in package["groups"]] == ["environment"]
    assert {one["format"] for one in package["resources"]} == {
        "CSV",
        "XLSX",
        "JSON",
        "JSONL",
        "PARQUET",
        "GEOJSON",
    }
    assert [one["id"] for one in package["resources"] if one["datastore_active"]] == [f"{city.parks}-csv"]
    assert call("resource_show", id=f"{city.parks}-csv") == package["resources"][0]


def test_lists_hold_the_published_only(city: City, call: Caller) -> None:
    assert call("package_list") == ["parks"]
    assert [one["name"] for one in call("current_package_list_with_resources", limit=5)] == ["parks"]
    assert call("package_search")["count"] == 1


@pytest.mark.parametrize("name", ["trees", "no-such", "\x00"])
def test_a_draft_cannot_be_told_from_nothing(call: Caller, name: str) -> None:
    for action in ("package_show", "resource_show", "package_activity_list"):
        given = {"id": f"{name}-csv" if action == "resource_show" else name}
        body = call(action, status=409 if "\x00" in name else 404, **given)
        assert body["error"]["__type"] == ("Validation Error" if "\x00" in name else "Not Found Error")


def test_the_owner_sees_its_draft(city: City, call: Caller) -> None:
    package = call("package_show", key="owner", id=city.draft)
    assert (package["state"], package["private"]) == ("draft", True)
    call("package_show", key="other", id=city.draft, status=404)


def test_organizations_groups_tags_licences(city: City, call: Caller) -> None:
    names = call("organization_list")
    assert len(names) == 2
    assert all(name == name.lower() for name in names)
    whole = call("organization_list", all_fields=True)
    assert sorted(one["package_count"] for one in whole) == [0, 1]
    shown = call("organization_show", id=names[0], include_datasets=True)
    assert shown["package_count"] == len(shown["packages"])
    assert "environment" in call("group_list")
    assert [
        one["name"] for one in call("group_show", id="environment", include_datasets=True)["packages"]
    ] == ["parks"]
    assert [one["name"] for one in call("group_package_show", id="environment")] == ["parks"]
    assert "CC-BY-4.0" in {one["id"] for one in call("license_list")}
    assert call("tag_list") == []
    for action in ("organization_show", "group_show", "tag_show"):
        call(action, id="nobody", status=404)


def test_people_are_not_listed(call: Caller) -> None:
    assert call("user_list") == []
    call("user_show", id="owner1", status=404)
    assert call("user_show", key="owner")["name"] == "owner"
    assert call("user_list", key="owner", all_fields=False) == ["owner"]


def test_a_narrowed_key_of_an_operator_is_no_sysadmin() -> None:
    key = Actor("key_1", "nightly", "key", frozenset({("operator", "")}))
    assert user_of(key)["sysadmin"]
    assert not user_of(replace(key, rights=frozenset({"opening.use_api"})))["sysadmin"]


def test_history_begins_with_publication(city: City, call: Caller) -> None:
    activities = call("package_activity_list", id="parks")
    assert activities[-1]["activity_type"] == "new package"
    assert {one["user_id"] for one in activities} == {""}
    assert {one["object_id"] for one in call("recently_changed_packages_activity_list")} == {city.parks}


def test_a_bad_key_is_never_anonymous(city: City) -> None:
    for header in ("authorization", "x-ckan-api-key"):
        for key in (city.keys["expired"], "nonsense", f"Bearer {city.keys['expired']}"):
            response = Client().get("/api/3/action/package_list", headers={header: key})
            assert response.status_code == 403
            assert json.loads(response.content)["error"]["__type"] == "Authorization Error"


def test_errors_are_told_in_the_envelope(call: Caller) -> None:
    assert call("no_such_action", status=400)["error"]["code"] == "web.ckan_action_unknown"
    missing = call("package_show", status=409)["error"]
    assert missing["id"] == ["Missing value: id. Send id."]
    assert missing["message"].startswith("Validation Error: ")
    assert call("datastore_search_sql", sql="SELECT 1", status=403)["error"]["code"] == "web.ckan_sql_refused"


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b"7", b'{"id": {"$ne": 1}}', b'{"id": ["a"]}', b"\xff", b"[" * 5000]
)
def test_bodies_that_are_no_parameters(city: City, db: None, body: bytes) -> None:
    response = Client().post("/api/3/action/package_show", body, content_type="application/json")
    assert response.status_code == 409
    assert json.loads(response.content)["error"]["__type"] == "Validation Error"


def test_pages_of_other_sites_may_ask_without_cookies(city: City, db: None) -> None:
    asked = {"origin": "https://elsewhere.test", "access-control-request-method": "POST"}
    allowed = Client().options("/api/3/action/package_search", headers=asked)
    assert (allowed.status_code, allowed["Access-Control-Allow-Origin"]) == (204, "*")
    assert "x-ckan-api-key" in allowed["Access-Control-Allow-Headers"].lower()
    assert "Access-Control-Allow-Credentials" not in allowed
    read = Client().get("/api/3/action/package_list", headers=asked)
    assert read["Access-Control-Allow-Origin"] == "*"


def test_calls_are_counted_for_their_key(city: City, db: None, settings: Any) -> None:
    settings.CITYHALL_LIMITS = {"anonymous": "10,100", "keyed": "20,200"}
    for header in ("authorization", "x-ckan-api-key"):
        answer = Client().get("/api/3/action/site_read", headers={header: city.keys["owner"]})
        anonymous = Client().get("/api/3/action/site_read")
        assert (answer["X-RateLimit-Limit"], anonymous["X-RateLimit-Limit"]) == ("20", "10")


def test_every_action_explains_itself(call: Caller) -> None:
    from cityhall.web.ckan.table import READS, WRITES

    assert all(call("help_show", name=name) for name in (*READS, *WRITES))


def test_addresses_of_ckan_lead_to_pages_and_files(city: City, db: None) -> None:
    client = Client()
    assert client.get("/dataset/parks")["Location"] == "/datasets/parks/"
    assert client.get(f"/dataset/parks/resource/{city.parks}-csv")["Location"] == f"/datasets/{city.parks}/"
    sent = client.get(f"/dataset/parks/resource/{city.parks}-csv/download/parks.csv")
    assert sent.status_code == 302
    content = b"".join(client.get(sent["Location"].removeprefix("http://testserver")).streaming_content)
    assert content.decode().startswith("公园编号,")
    assert PHONE not in content.decode()


def test_masked_and_hidden_items_never_leak(city: City, call: Caller) -> None:
    said = json.dumps(
        [call("package_show", id="parks"), call("package_search", q="联系电话")], ensure_ascii=False
    )
    assert PHONE not in said
    assert "13800000" not in said
