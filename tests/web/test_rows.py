"""The rows of one dataset: their own description, their forms, and what a page mark holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pyarrow as pa
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_schema_validator import OAS31Validator
from tests.web.city import OPEN, PHONE, City
from tests.web.test_api_contract import CHECKS, _one_connection

from cityhall.app.wsgi import application
from cityhall.collection.actions import Overrides, publish_file

__all__ = ["_one_connection"]
pytestmark = pytest.mark.django_db
ROWS = "/api/v1/datasets/parks/rows"


@pytest.fixture
def described(visit) -> dict[str, Any]:  # type: ignore[no-untyped-def]
    return visit("anonymous", "en").get("/api/v1/datasets/parks/openapi.json").json()


def _parameters(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in document["paths"]["/rows"]["get"]["parameters"]}


def test_items_are_typed_parameters_with_everything_that_can_be_asked(described) -> None:  # type: ignore[no-untyped-def]
    known = _parameters(described)
    assert known["面积"]["schema"] == {"type": "integer"}
    assert known["建成日期__between"]["schema"] == {
        "type": "array", "items": {"type": "string", "format": "date"}, "minItems": 2, "maxItems": 2,
    }  # fmt: skip
    assert "公园名称__contains" in known
    assert "面积__contains" not in known
    assert "-面积" in known["sort"]["schema"]["items"]["enum"]
    assert "sum:面积" in known["agg"]["schema"]["items"]["enum"]
    assert "sum:公园名称" not in known["agg"]["schema"]["items"]["enum"]
    assert known["lon"]["schema"] == {"enum": ["经度"]}
    assert described["openapi"] == "3.1.0"


def test_what_is_hidden_is_no_parameter_and_no_example(described, visit) -> None:  # type: ignore[no-untyped-def]
    assert "联系电话" not in str(described)
    assert "138" not in str([one.get("example") for one in _parameters(described).values()])
    owners = visit("owner").get("/api/v1/datasets/parks/openapi.json").json()
    assert "联系电话" in _parameters(owners)
    assert "example" not in _parameters(owners)["联系电话"]
    assert "example" in _parameters(owners)["区县"]


@pytest.mark.parametrize("role", ["", "owner"])
def test_every_row_keeps_to_the_description(city: City, role: str) -> None:
    key = {"Authorization": f"Bearer {city.keys[role]}"} if role else {}
    schema = schemathesis.openapi.from_wsgi(
        "/api/v1/datasets/parks/openapi.json", application, headers={"Host": "localhost", **key}
    )
    operation = schema["/rows"]["GET"]

    @given(case=operation.as_strategy())
    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.call_and_validate(headers={"Host": "localhost", **key}, checks=CHECKS)

    check()


def test_the_description_describes_the_answers(described, visit) -> None:  # type: ignore[no-untyped-def]
    schemas = described["components"]["schemas"]
    page = schemas["Page"] | {"$defs": schemas}
    page["properties"]["rows"]["items"] = schemas["Row"]
    OAS31Validator(page).validate(visit("anonymous").get(ROWS).json())
    error = schemas["Error"] | {"components": {"schemas": schemas}}
    jsonschema.validate(visit("anonymous").get(f"{ROWS}?limit=x").json(), error)


def test_pages_in_every_form_say_the_same(visit) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    body = client.get(ROWS, {"limit": "7"})
    rows = body.json()["rows"]
    text = client.get(ROWS, {"limit": "7"}, headers={"accept": "text/csv"})
    assert text.headers["Content-Type"] == "text/csv; charset=utf-8"
    read = list(csv.DictReader(io.StringIO(text.content.decode())))
    assert [one["公园编号"] for one in read] == [one["公园编号"] for one in rows]
    stream = client.get(ROWS, {"limit": "7"}, headers={"accept": "application/vnd.apache.arrow.stream"})
    table = pa.ipc.open_stream(stream.content).read_all()
    assert stream.headers["Content-Type"] == "application/vnd.apache.arrow.stream"
    assert table.column_names == body.json()["columns"]
    assert [str(one) for one in table.schema.types if str(one).startswith(("date", "int"))]
    assert [one["建成日期"].isoformat() for one in table.to_pylist()] == [one["建成日期"] for one in rows]
    assert table.schema.metadata[b"next"].decode() == body.json()["next"]
    assert {one.headers["Link"].replace("&f=csv", "") for one in (body, text, stream)} == {
        body.headers["Link"]
    }
    assert client.get(ROWS, {"f": "xml"}).status_code == 400


@pytest.mark.parametrize("form", ["arrow", "csv", "json"])
def test_groups_and_nothing_have_every_form_too(visit, form: str) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    grouped = client.get(ROWS, {"group_by": "区县", "agg": ["count:*", "avg:面积"], "f": form})
    assert grouped.status_code == 200
    assert client.get(ROWS, {"区县": "无此区", "f": form}).status_code == 200
    assert "Link" not in grouped.headers


def test_a_cell_that_starts_a_formula_is_harmless_in_csv(visit, city: City, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "formulas.csv"
    path.write_text('名,注\n甲,"=HYPERLINK(""http://x"")"\n乙,@SUM(1)\n', encoding="utf-8")
    overrides = Overrides(
        agency=city.agency, code="formulas", items={name: dict(OPEN) for name in ("名", "注")}
    )
    made = publish_file(city.actors["owner"], path, overrides).tables[0].dataset_id
    text = visit("owner").get(f"/api/v1/datasets/{made}/rows?f=csv").content.decode()
    assert "'=HYPERLINK" in text
    assert "'@SUM" in text


def _pages(client: Any, address: str) -> Iterator[list[dict[str, Any]]]:
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.content
        yield answer.json()["rows"]
        link = answer.headers.get("Link", "")
        parts = urlsplit(link.partition(">")[0].removeprefix("<"))
        address = f"{parts.path}?{parts.query}" if link else ""


def test_links_lead_through_all_rows_once(visit) -> None:  # type: ignore[no-untyped-def]
    found = [
        row["公园编号"] for page in _pages(visit("anonymous"), f"{ROWS}?limit=10&sort=-面积") for row in page
    ]
    assert len(found) == len(set(found)) == 57


@pytest.mark.parametrize(
    "query",
    [
        "&".join(f"公园编号__ne=x{n}" for n in range(900)),
        "公园编号__in=" + ",".join(f"P{n}" for n in range(10_000)),
        "&".join(f"项{n}=1" for n in range(10_000)),
        "sort=" + ",".join(["公园编号"] * 500),
        "agg=" + "&agg=".join(["count:*"] * 500),
        "limit=100000",
        "after=" + "A" * 20_000,
    ],
    ids=["conditions", "values", "fields", "sort", "aggregates", "limit", "mark"],
)
def test_what_is_too_much_is_refused_quickly(visit, query: str) -> None:  # type: ignore[no-untyped-def]
    assert visit("anonymous").get(f"{ROWS}?{query}").status_code in (400, 413, 422)


def test_an_item_named_a_thousand_times_is_shown_once(visit) -> None:  # type: ignore[no-untyped-def]
    rows = visit("anonymous").get(f"{ROWS}?limit=2&select={'公园编号,' * 1_000}公园编号").json()["rows"]
    assert [list(row) for row in rows] == [["公园编号"]] * 2


def test_personal_items_are_no_examples_on_the_page(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    page = visit("owner").get(f"/datasets/{city.parks}/").content.decode()
    examples = [line for line in page.splitlines() if "curl" in line]
    assert examples
    assert not any("联系电话" in line or PHONE[:6] in line for line in examples)


def test_head_is_get_without_the_body(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    for address in ("/api/v1/datasets/parks/rows?limit=2", "/api/v1/datasets", "/api/v1/datasets/nothing"):
        asked, told = client.head(address), client.get(address)
        assert asked.status_code == told.status_code
        assert asked.content == b""
        assert asked["Content-Length"] == str(len(told.content))
        assert asked.get("Link") == told.get("Link")
    assert client.head("/api/v1/datasets/parks/query").status_code == 405
