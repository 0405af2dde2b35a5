"""From what a reader is answered nothing follows about what is hidden from them: two datasets that differ in that alone look
the same, in every face, whatever is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from tests.web.city import City, csv_of_parks, parks_overrides

from cityhall.catalog.actions import publish
from cityhall.catalog.queries import dataset
from cityhall.collection.actions import publish_file
from cityhall.kernel import clock
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.actions import request_export, write_export
from cityhall.opening.queries import file_link, open_token

pytestmark = pytest.mark.django_db
TWINS = ("twina", "twinb")
PHONE = "13820000007"
"""A cell of the first twin; in the second one it reads otherwise where the mask hides it."""
ASKED = tuple(
    f"/api/v1/datasets/{{}}/rows?limit=5&{question}"
    for question in (
        "sort=面积", "sort=联系电话", "sort=-联系电话", "select=联系电话", f"联系电话={PHONE}", "联系电话__contains=0000",
        "联系电话__gt=138", "联系电话__isnull=1", f"联系电话__in={PHONE},1", "group_by=联系电话&agg=count", "agg=min:联系电话",
        "agg=distinct:联系电话", "agg=count:联系电话", "group_by=区县&agg=max:联系电话", "bbox=0,0,180,90&lon=联系电话&lat=纬度",
        "group_by=区县&agg=count:*:联系电话&sort=-联系电话",
    )
)  # fmt: skip
FACES = (
    *ASKED,
    "/api/v1/datasets/{}", "/api/v1/datasets/{}/openapi.json", "/api/v1/datasets/{}/diff?a=1&b=2",
    "/api/v1/datasets/{}/quality", "/datasets/{}/", "/datasets/{}/quality/", "/datasets/{}/diff/?from=1&to=2",
    "/datasets/{}/map/", "/datasets/{}/places.json", "/datasets/{}/datapackage.json", "/datasets/{}/dcat.ttl",
    "/datasets/{}/versions.atom", f"/api/v1/datasets?q={PHONE}", f"/datasets/?q={PHONE}", f"/feeds/datasets.atom?q={PHONE}",
    f"/ogc/collections/{{}}/items?联系电话={PHONE}&f=json", "/ogc/collections/{}/items?f=json", "/ogc/collections/{}?f=json",
    "/ogc/collections/{}/items/P0007?f=html",
)  # fmt: skip
CALLS: tuple[dict[str, Any], ...] = (
    {"q": PHONE}, {"q": {"联系电话": "0000"}}, {"filters": {"联系电话": PHONE}}, {"filters": {"联系电话": None}},
    {"sort": "联系电话 desc"}, {"fields": ["联系电话"]}, {"fields": ["联系电话"], "distinct": True}, {"distinct": True},
    {"sort": "面积 desc", "offset": 3, "limit": 4, "records_format": "csv"},
)  # fmt: skip


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    """Both twins are looked at in the same moment, which pages may name."""
    with clock.at(clock.now()):
        yield


@pytest.fixture(scope="module")
def twins(city: City, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Each has two versions; the second changes the phones alone, those of the second twin otherwise than those of the first."""
    folder = tmp_path_factory.mktemp("twins")
    with django_db_blocker.unblock(), clock.at(clock.now().replace(microsecond=0)):
        for number, code in enumerate(TWINS):
            for version in (1, 2):
                path = folder / "parks.csv"
                moved = re.sub(r",1380(\d{7}),", rf",138{version + 2 * number}\1,", csv_of_parks(bad=0))
                path.write_text(moved, encoding="utf-8")
                made = publish_file(
                    city.actors["owner"],
                    path,
                    replace(parks_overrides(city.agency, code=code), name=f"{code}.csv"),
                )
                if dataset(code).state != "published":
                    publish(city.actors["owner"], made.tables[0].dataset_id)
        yield city


def _plain(body: bytes, code: str) -> str:
    """An answer without what names its dataset, its moments, and what is drawn by lot."""
    text = body.decode().replace(code, "CODE")
    for twin in TWINS:  # each names the other beside itself
        text = text.replace(dataset(twin).id, "ID")
    text = re.sub(r'"(bytes|sha256|id|revision|hash)":\s*"?[^,"}]*"?', "", text)
    return re.sub(
        r'\d[\d.,]* (B|kB|KB|MB)\b|value="[A-Za-z0-9]{64}"|sha256:\w+|(exp|rev|run|ver)_\w+', "", text
    )


@pytest.mark.parametrize("role", ["anonymous", "other"])
def test_twins_look_the_same(twins: City, visit: Any, role: str) -> None:
    client = visit(role)
    client.get("/")  # where whoever has just signed in is greeted
    for face in FACES:
        seen = [client.get(face.format(code)) for code in TWINS]
        assert seen[0].status_code == seen[1].status_code, face
        first, second = (_plain(one.content, code) for one, code in zip(seen, TWINS, strict=True))
        assert first == second, face
        assert PHONE not in first.replace(f"q={PHONE}", "").replace(f"电话={PHONE}", "") or "q=" in face, face


@pytest.mark.parametrize("role", ["anonymous", "other"])
def test_twins_answer_ckan_the_same(twins: City, role: str) -> None:
    headers = {} if role == "anonymous" else {"authorization": twins.keys[role]}
    for given in CALLS:
        answers = [
            Client().post(
                "/api/3/action/datastore_search",
                json.dumps({"resource_id": f"{code}-csv", **given}),
                content_type="application/json",
                headers=headers,
            )
            for code in TWINS
        ]
        first, second = (_plain(one.content, code) for one, code in zip(answers, TWINS, strict=True))
        assert (answers[0].status_code, first) == (answers[1].status_code, second), given


@pytest.mark.parametrize("role", ["anonymous", "other"])
def test_twins_give_the_same_files(twins: City, role: str) -> None:
    actor = twins.actors.get(role, ANONYMOUS)
    for form in ("csv", "json", "geojson"):
        bodies = []
        for code in TWINS:
            asked = request_export(actor, code, form)
            write_export(asked.id)
            bodies.append(open_token(file_link(actor, asked.id)).path.read_bytes())
        assert bodies[0] == bodies[1], form


def test_the_twins_differ_for_their_owner(twins: City, visit: Any) -> None:
    """Or nothing of this would say anything."""
    client = visit("owner")
    first, second = (client.get(f"/api/v1/datasets/{code}/rows?limit=3").content for code in TWINS)
    assert _plain(first, TWINS[0]) != _plain(second, TWINS[1])
    assert client.get(f"/api/v1/datasets/{TWINS[0]}/diff?a=1&b=2").json()["changed"] == 60
