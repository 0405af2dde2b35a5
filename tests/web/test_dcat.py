"""The catalogue as linked data over HTTP: what is open with its files, and nothing that is not open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from rdflib import DCAT, DCTERMS, RDF, Graph
from tests.web.city import City, parks_overrides
from tests.web.dcat_sample import (
    FOAF,
    FORMS,
    problems,
    same,
)

from cityhall.catalog.actions import publish, withdraw
from cityhall.catalog.queries import (
    dataset,
)
from cityhall.collection.actions import publish_file
from cityhall.opening.actions import write_export
from cityhall.opening.queries import FORMATS
from cityhall.web.pages import linked_data

# rdflib's own reader of JSON-LD uses a class that rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")


@pytest.fixture(scope="module")
def open_parks(city: City, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> str:
    """A published dataset of which everything is open."""
    path = tmp_path_factory.mktemp("open") / "benches.csv"
    path.write_text("座椅编号,材质\nB1,木\nB2,石\n", encoding="utf-8")
    with django_db_blocker.unblock():
        told = parks_overrides(city.agency, code="benches")
        items = {
            name: {"opening": "unconditional", "sharing": "unconditional", "level": 1}
            for name in ("座椅编号", "材质")
        }
        told = replace(
            told, items=items, key=("座椅编号",), title={"zh": "座椅", "en": "Benches"}, name="benches.csv"
        )
        made = publish_file(city.actors["owner"], path, told).tables[0].dataset_id
        if dataset(made).state != "published":
            publish(city.actors["owner"], made)
    return made


def _pages(client: Client, form: str) -> Iterator[tuple[str, Graph]]:
    address = f"/catalogue.{form}"
    while address:
        response = client.get(address)
        assert response.status_code == 200
        body = response.content.decode()
        yield body, Graph().parse(data=body, format=FORMS[form])
        following = re.search(r'<https?://[^/]+([^>]+)>; rel="next"', response.headers.get("Link", ""))
        address = following[1] if following else ""


def _harvested(client: Client, form: str) -> Graph:
    whole = Graph()
    for _, graph in _pages(client, form):
        whole += graph
    return whole


@pytest.mark.django_db
def test_all_pages_together_are_the_published_catalogue(
    visit: Any, city: City, open_parks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linked_data, "PAGE_SIZE", 1)
    client = visit("anonymous")
    assert len(list(_pages(client, "ttl"))) == 2
    graph = same({form: _harvested(client, form) for form in FORMS})
    found = {str(one) for one in graph.subjects(RDF.type, DCAT.Dataset)}
    assert {re.search("/datasets/([^/]+)/", one)[1] for one in found} == {city.parks, open_parks}  # type: ignore[index]
    assert {str(one) for one in graph.objects(None, DCAT.dataset)} == found
    assert not problems(graph)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "other", "owner", "operator"])
def test_drafts_are_never_harvested(visit: Any, city: City, role: str) -> None:
    client = visit(role)
    assert all(city.draft not in body for form in FORMS for body, _ in _pages(client, form))
    assert client.get(f"/datasets/{city.draft}/dcat.ttl").status_code == 404


@pytest.mark.django_db
def test_of_a_partly_open_dataset_the_open_items_are_files(visit: Any, city: City) -> None:
    client = visit("anonymous")
    graph = Graph().parse(data=client.get(f"/datasets/{city.parks}/dcat.ttl").content, format="turtle")
    rights = [str(one).rpartition("/")[2] for one in graph.objects(None, DCTERMS.accessRights)]
    assert rights == ["RESTRICTED"]
    (address,) = [str(one) for one in graph.objects(None, DCAT.downloadURL) if str(one).endswith("/csv")]
    asked = client.get(re.sub("^https?://[^/]+", "", address))
    if asked.status_code == 202:
        write_export(re.search(r"exp_\w+", asked.content.decode())[0])  # type: ignore[index]
        asked = client.get(re.sub("^https?://[^/]+", "", address))
    body = b"".join(client.get(asked.headers["Location"]).streaming_content).decode()
    assert "13800000001" not in body
    assert "公园" in body


@pytest.mark.django_db
def test_every_address_of_an_open_dataset_answers(visit: Any, city: City, open_parks: str) -> None:
    client = visit("anonymous")
    for form in FORMS:
        response = client.get(f"/datasets/{open_parks}/dcat.{form}")
        assert response.headers["Content-Type"].startswith(linked_data.FORMS[form][0])
    graph = Graph().parse(data=client.get(f"/datasets/{open_parks}/dcat.ttl").content, format="turtle")
    assert not problems(graph)
    addresses = {
        str(one)
        for name in (DCAT.downloadURL, DCAT.accessURL, DCAT.landingPage)
        for one in graph.objects(None, name)
    }
    agents = {str(one).partition("#")[0] for one in graph.subjects(RDF.type, FOAF.Agent)}
    assert len(addresses) == len(FORMATS) - 1 + 1, "every format but GeoJSON, and the page"
    for address in addresses | agents:
        path = re.sub("^https?://[^/]+", "", address)
        assert client.get(path).status_code in ({202} if "/files/" in path else {200}), path


@pytest.mark.django_db
def test_a_file_is_announced_until_it_is_written_then_described(
    visit: Any, city: City, open_parks: str
) -> None:
    client = visit("anonymous")
    asked = client.get(f"/datasets/{open_parks}/files/csv")
    assert asked.status_code == 202
    assert int(asked.headers["Retry-After"]) > 0
    write_export(re.search(r"exp_\w+", asked.content.decode())[0])  # type: ignore[index]
    ready = client.get(f"/datasets/{open_parks}/files/csv")
    assert ready.status_code == 302
    body = b"".join(client.get(ready.headers["Location"]).streaming_content)  # type: ignore[attr-defined]
    assert "石" in body.decode()
    graph = Graph().parse(data=client.get(f"/datasets/{open_parks}/dcat.ttl").content, format="turtle")
    assert [int(one) for one in graph.objects(None, DCAT.byteSize)] == [len(body)]  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_was_withdrawn_is_no_longer_described(visit: Any, city: City, open_parks: str) -> None:
    withdraw(city.actors["owner"], open_parks, "改版")
    client = visit("anonymous")
    assert client.get(f"/datasets/{open_parks}/dcat.ttl").status_code == 404
    assert all(open_parks not in body for body, _ in _pages(client, "ttl"))
    assert client.get(f"/datasets/{open_parks}/files/csv").status_code == 302, "sent to sign in"


@pytest.mark.django_db
def test_a_key_opens_its_owners_files_and_no_draft_to_others(visit: Any, city: City) -> None:
    address = f"/datasets/{city.draft}/files/csv"
    answers = {
        role: visit("anonymous").get(address, headers={"authorization": f"Bearer {city.keys[role]}"})
        for role in ("owner", "other")
    }
    assert {role: answer.status_code for role, answer in answers.items()} == {"owner": 202, "other": 404}


@pytest.mark.django_db
def test_a_bad_key_is_refused_not_sent_to_sign_in(visit: Any) -> None:
    assert visit("expired").get("/catalogue.ttl").status_code in (401, 403)


@pytest.mark.django_db
def test_the_guide_tells_the_size_of_a_page(visit: Any) -> None:
    assert f"每页 {linked_data.PAGE_SIZE} 个数据集" in visit("anonymous").get("/api/").content.decode()


@pytest.mark.django_db
def test_nobody_gets_the_file_of_what_is_not_open(visit: Any, city: City) -> None:
    assert visit("anonymous").get(f"/datasets/{city.draft}/files/csv").status_code == 404
    assert visit("anonymous").get(f"/datasets/{city.parks}/files/exe").status_code == 422


@pytest.mark.django_db
def test_the_page_names_its_other_forms(visit: Any, city: City) -> None:
    page = visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    found = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', page)
    assert {kind for kind, _ in found} == {media for media, _ in linked_data.FORMS.values()}
    assert all(visit("anonymous").get(address).status_code == 200 for _, address in found)
    assert 'rel="alternate"' not in visit("owner").get(f"/datasets/{city.draft}/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/catalogue.exe", "/catalogue.ttl?page=2", "/catalogue.ttl?page=after"])
def test_an_address_that_means_nothing_is_refused(visit: Any, address: str) -> None:
    assert visit("anonymous").get(address).status_code in (404, 422)


@pytest.mark.parametrize(
    ("setting", "zh", "en"),
    [("某市数据局|Data Bureau", "某市数据局", "Data Bureau"), ("某市数据局", "某市数据局", "某市数据局")],
)
def test_the_catalogue_names_who_publishes_it(
    visit: Any, settings: Any, setting: str, zh: str, en: str
) -> None:
    settings.CITYHALL_PUBLISHER = setting
    graph = Graph().parse(data=visit("anonymous").get("/catalogue.ttl").content, format="turtle")
    (publisher,) = set(graph.objects(graph.value(None, RDF.type, DCAT.Catalog), DCTERMS.publisher))
    assert {str(name) for name in graph.objects(publisher, FOAF.name)} == {zh, en}
