"""The interface for features: its standard's requirements, hostile input, and what it must not show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from tests.web.city import OPEN, PHONE, City

from cityhall.catalog.actions import publish
from cityhall.catalog.queries import dataset
from cityhall.collection.actions import Overrides, publish_file

pytestmark = pytest.mark.django_db
POSITION = {"type": "array", "minItems": 2, "maxItems": 3, "items": {"type": "number"}}
COLLECTION = {  # RFC 7946 as far as it is used here, and what OGC 17-069r4 adds
    "type": "object",
    "required": ["type", "features", "links", "timeStamp", "numberReturned"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "timeStamp": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"},
        "numberReturned": {"type": "integer", "minimum": 0},
        "numberMatched": {"type": "integer", "minimum": 0},
        "links": {"type": "array", "items": {"type": "object", "required": ["href", "rel", "type"]}},
        "features": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "id", "geometry", "properties"],
                "properties": {
                    "type": {"const": "Feature"},
                    "id": {"type": "string", "minLength": 1},
                    "geometry": {
                        "oneOf": [
                            {"type": "null"},
                            {
                                "type": "object",
                                "required": ["type", "coordinates"],
                                "properties": {"type": {"const": "Point"}, "coordinates": POSITION},
                            },
                            {
                                "type": "object",
                                "required": ["type", "coordinates"],
                                "properties": {"type": {"const": "Polygon"}},
                            },
                        ]
                    },
                    "properties": {"type": ["object", "null"]},
                },
            },
        },
    },
}


def _publish(city: City, tmp_path: Any, code: str, text: str, items: dict[str, Any], **more: Any) -> str:
    path = tmp_path / f"{code}.csv"
    path.write_text(text, encoding="utf-8")
    wanted = Overrides(title={"zh": code, "en": code}, agency=city.agency, code=code, items=items, **more)
    made = publish_file(city.actors["owner"], path, wanted).tables[0].dataset_id
    if dataset(made).state != "published":
        publish(city.actors["owner"], made)
    return made


@pytest.fixture
def ask(visit):  # type: ignore[no-untyped-def]
    """Asks for features of the parks (or another collection) as nobody in particular."""
    client = visit("anonymous", "en")

    def asked(collection: str = "parks", **words: Any) -> Any:
        return client.get(f"/ogc/collections/{collection}/items", words)

    return asked


def test_pages_of_features_follow_their_links_to_the_end(visit, ask) -> None:  # type: ignore[no-untyped-def]
    body, seen = ask(limit=20).json(), []
    while True:
        jsonschema.validate(body, COLLECTION)
        assert body["numberReturned"] == len(body["features"]) <= 20
        assert body["numberMatched"] == 57
        seen += [one["id"] for one in body["features"]]
        following = [one["href"] for one in body["links"] if one["rel"] == "next"]
        if not following:
            break
        parts = urlsplit(following[0])
        body = visit("anonymous").get(f"{parts.path}?{parts.query}").json()
    assert len(seen) == len(set(seen)) == 57


def test_a_feature_is_its_row(visit, ask) -> None:  # type: ignore[no-untyped-def]
    (found,) = ask(limit=1).json()["features"]
    assert found["id"] == "P0001"
    assert found["geometry"] == {"type": "Point", "coordinates": [120.601, 28.001]}
    assert "经度" not in found["properties"]
    alone = visit("anonymous").get("/ogc/collections/parks/items/P0001")
    assert alone.headers["Content-Type"] == "application/geo+json"
    assert alone.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert {key: alone.json()[key] for key in found} == found
    assert {one["rel"] for one in alone.json()["links"]} == {"self", "alternate", "collection"}


def test_by_box_time_and_value(ask) -> None:  # type: ignore[no-untyped-def]
    def ids(**words: str) -> list[str]:
        answer = ask(**words)
        assert answer.status_code == 200, answer.content
        return [one["id"] for one in answer.json()["features"]]

    assert ids(bbox="120.6005,28.0005,120.6025,28.0025") == ["P0001", "P0002"]
    assert ids(bbox="120.6005,28.0005,0,120.6025,28.0025,99") == ["P0001", "P0002"]
    assert ids(bbox="179,-10,-179,10") == []
    assert len(ids(bbox="120.6,27,-170,29", limit="1000")) == 57
    assert ids(bbox="170,27,120.6015,29") == ["P0001"]
    assert ids(datetime="2001-02-15T00:00:00+08:00/2001-02-15T12:00:00+08:00") == ids(datetime="2001-02-15")
    assert ids(datetime="2001-02-15")[0] == "P0001"
    assert (
        len(ids(datetime="../2001-12-31", limit="1000")) + len(ids(datetime="2002-01-01/..", limit="1000"))
        == 57
    )
    assert ids(**{"公园名称": "松风3号公园"}) == ["P0003"]
    assert ids(**{"公园名称": "松风3号公园", "区县": "东湖区"}) == []


@pytest.mark.parametrize(
    "words",
    [
        {"unknown": "1"},
        {"联系电话": PHONE},
        {"经度": "120.601"},
        {"公园编号__ge": "P"},
        {"bbox": "1,2,3"},
        {"bbox": "1,2,3,nan"},
        {"bbox": "1,2,3,x"},
        {"bbox": "0,10,1,5"},
        {"bbox": "200,0,201,1"},
        {"bbox": "-1e400,0,1,1"},
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "١"},
        {"limit": "1.5"},
        {"datetime": "yesterday"},
        {"datetime": "../.."},
        {"datetime": "2002-01-01/2001-01-01"},
        {"datetime": "/"},
        {"cursor": "nonsense"},
        {"f": "xml"},
        {"面积": "large"},
        {"limit": ["1", "2"]},
        {"公园编号": "a" * 5000},
        {"公园编号": "\0"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_a_bad_request(ask, words: dict[str, Any]) -> None:  # type: ignore[no-untyped-def]
    answer = ask(**words)
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"]
    assert set(answer.json()["title"]) == {"en", "zh"}


@pytest.mark.parametrize("path", ["", "conformance", "api", "collections", "collections/parks"])
def test_unknown_parameters_are_refused_everywhere(visit, path: str) -> None:  # type: ignore[no-untyped-def]
    assert visit("anonymous").get(f"/ogc/{path}").status_code == 200
    assert visit("anonymous").get(f"/ogc/{path}?unknown=1").status_code == 400


def test_a_large_limit_is_the_most(ask) -> None:  # type: ignore[no-untyped-def]
    assert ask(limit=999_999_999_999).json()["numberReturned"] == 57


def test_the_landing_page_leads_everywhere(visit) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    links = client.get("/ogc/").json()["links"]
    assert {"self", "service-desc", "conformance", "data"} <= {one["rel"] for one in links}
    for one in links:
        parts = urlsplit(one["href"])
        answer = client.get(f"{parts.path}?{parts.query}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].split(";")[0] == one["type"].split(";")[0]


def test_collections_are_what_the_visitor_may_see(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    (found,) = visit("anonymous", "en").get("/ogc/collections").json()["collections"]
    assert (found["id"], found["title"]) == ("parks", "City parks")
    assert found["extent"]["spatial"]["bbox"] == [[120.601, 28.001, 120.657, 28.057]]
    for path in (city.draft, "nothing", "a" * 500):
        assert visit("anonymous").get(f"/ogc/collections/{path}").status_code == 404
        assert visit("anonymous").get(f"/ogc/collections/{path}/items").status_code == 404
    assert visit("owner").get(f"/ogc/collections/{city.draft}").status_code == 404


def test_hidden_items_never_leak(visit, ask) -> None:  # type: ignore[no-untyped-def]
    text = ask(limit=1000).content.decode()
    page = visit("anonymous").get("/ogc/collections/parks/items?f=html&limit=1000").content.decode()
    for leak in ("联系电话", "13800000001", "138****"):
        assert leak not in text
        assert leak not in page


def test_a_row_without_a_key_is_known_by_its_place(visit, ask, city: City, tmp_path) -> None:  # type: ignore[no-untyped-def]
    rows = "".join(f"站{n},{120 + n / 100:.2f},{28 + n / 100:.2f}\n" for n in range(30))
    items = {name: dict(OPEN) for name in ("站名", "经度", "纬度")}
    made = _publish(city, tmp_path, "stops", f"站名,经度,纬度\n{rows}", items)
    features = ask("stops", limit=1000).json()["features"]
    assert len({one["id"] for one in features}) == 30
    for one in (features[0], features[17], features[29]):
        alone = visit("anonymous").get(f"/ogc/collections/{made}/items/{one['id']}").json()
        assert alone["properties"] == one["properties"]
    for bad in (
        "v1.0.30",
        "v1.1.0",
        "v2.0.0",
        "v1.0.99999999999999999",
        "v1.0",
        "站3",
        "v1.0.-1",
        "v1.0.3/..",
    ):
        assert visit("anonymous").get(f"/ogc/collections/{made}/items/{bad}").status_code == 404, bad


@pytest.mark.parametrize(("system", "east"), [("GCJ-02", 120.6955), ("百度坐标", 120.6888)])
def test_offset_coordinates_are_brought_to_wgs84(ask, city: City, tmp_path, system: str, east: float) -> None:  # type: ignore[no-untyped-def]
    items = {
        "站名": dict(OPEN),
        "经度": {**OPEN, "title": {"zh": f"经度（{system}）", "en": ""}},
        "纬度": dict(OPEN),
    }
    text = "站名,经度,纬度\n" + "".join(f"站{n},120.70,28.0{n}\n" for n in range(5))
    _publish(city, tmp_path, "offset", text, items)
    first = ask("offset", limit=1).json()["features"][0]["geometry"]["coordinates"]
    assert first[0] == pytest.approx(east, abs=0.001)
    inside = f"{first[0] - 0.0001},{first[1] - 0.0001},{first[0] + 0.0001},{first[1] + 0.0001}"
    assert [one["properties"]["站名"] for one in ask("offset", bbox=inside).json()["features"]] == ["站0"]
    assert ask("offset", bbox="120.6999,27.9999,120.7001,28.0001").json()["features"] == []


def test_pages_speak_both_languages_and_escape(visit) -> None:  # type: ignore[no-untyped-def]
    for path in (
        "",
        "collections",
        "collections/parks",
        "collections/parks/items?limit=2",
        "api",
        "conformance",
    ):
        for language, word in (("en", "Features with a place"), ("zh-hans", "地理要素接口")):
            page = visit("anonymous", language).get(f"/ogc/{path}", headers={"accept": "text/html"})
            assert page.headers["Content-Type"] == "text/html; charset=utf-8"
            assert word in page.content.decode()


def test_a_page_mark_stays_on_its_version(visit, ask, city: City, tmp_path) -> None:  # type: ignore[no-untyped-def]
    items = {name: dict(OPEN) for name in ("站名", "经度", "纬度")}

    def text(edition: str) -> str:
        return "站名,经度,纬度\n" + "".join(f"{edition}{n},120.7,28.{n:02d}\n" for n in range(9))

    made = _publish(city, tmp_path, "moving", text("旧"), items)
    body = ask("moving", limit=5).json()
    following = urlsplit(next(one["href"] for one in body["links"] if one["rel"] == "next"))
    assert _publish(city, tmp_path, "moving", text("新"), items) == made
    rest = visit("anonymous").get(f"{following.path}?{following.query}").json()["features"]
    assert [one["properties"]["站名"] for one in rest] == ["旧5", "旧6", "旧7", "旧8"]
    assert ask("moving", limit=1).json()["features"][0]["properties"]["站名"] == "新0"
