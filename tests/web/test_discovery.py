"""What machines read first: Data Package, sitemap, robots, markup, links; and the developers' page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from urllib import robotparser
from xml.etree import ElementTree

import pytest
from frictionless import Package
from tests.web.city import City

from cityhall.opening.actions import count_key, write_counts
from cityhall.web.developers.views import FOLDER, LANGUAGES
from cityhall.web.discovery import sitemap

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def test_a_data_package_tells_what_the_visitor_may_download(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    body = visit("anonymous", "en").get("/datasets/parks/datapackage.json").json()
    assert body["name"] == "parks"
    assert body["title"] == "City parks"
    (resource,) = body["resources"]
    fields = {one["name"]: one["type"] for one in resource["schema"]["fields"]}
    assert fields["面积"] == "integer"
    assert fields["建成日期"] == "date"
    assert "联系电话" not in fields
    assert resource["schema"]["primaryKey"] == ["公园编号"]
    assert Package.validate_descriptor({**body, "created": str(body["created"])}).valid
    owners = visit("owner").get(f"/datasets/{city.parks}/datapackage.json").json()["resources"][0]
    assert "联系电话" in {one["name"] for one in owners["schema"]["fields"]}


def test_the_map_of_the_site_is_split_where_the_protocol_wants(visit, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    whole = [one.text for one in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(LOC)]
    assert len(whole) == len(set(whole)) > 6
    assert any(address and "/datasets/dst_" in address for address in whole)
    monkeypatch.setattr(sitemap, "MOST", 4)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert index.tag.endswith("sitemapindex")
    parts = [one.text.partition("testserver")[2] for one in index.iter(LOC) if one.text]
    found = [one.text for path in parts for one in ElementTree.fromstring(client.get(path).content).iter(LOC)]
    assert sorted(filter(None, found)) == sorted(filter(None, whole))
    assert client.get(f"/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_drafts_are_not_on_the_map(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    assert city.draft not in visit("owner").get("/sitemap.xml").content.decode()


def test_every_address_on_the_map_answers_and_may_be_crawled(visit) -> None:  # type: ignore[no-untyped-def]
    client = visit("anonymous")
    rules = robotparser.RobotFileParser()
    rules.parse(client.get("/robots.txt").content.decode().splitlines())
    for one in ElementTree.fromstring(client.get("/sitemap.xml").content).iter(LOC):
        assert one.text
        assert rules.can_fetch("Examplebot", one.text)
        assert client.get(one.text.partition("testserver")[2]).status_code == 200
    assert not rules.can_fetch("Examplebot", "http://testserver/api/v1/datasets/parks/rows")
    assert rules.crawl_delay("Examplebot") == 2


def test_a_page_has_markup_and_links_for_machines(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    answer = visit("anonymous", "en").get(f"/datasets/{city.parks}/")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode())
    body = json.loads(text)
    assert (body["@type"], body["name"], body["identifier"]) == ("Dataset", "City parks", "parks")
    assert {one["encodingFormat"] for one in body["distribution"]} >= {"text/csv", "application/geo+json"}
    assert 'rel="describedby"' in answer.headers["Link"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert "application/ld+json" not in visit("owner").get(
        f"/datasets/{city.draft}/"
    ).content.decode().replace('type="application/ld+json" href', "")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_developers_page_shows_the_files_that_are_run(visit, language: str) -> None:  # type: ignore[no-untyped-def]
    page = visit("anonymous", language).get("/developers/").content.decode()
    for name in ("curl", "Python", "R", "JavaScript"):
        assert f'<strong aria-hidden="true">{name}</strong>' in page
    for _, name in LANGUAGES:
        assert visit("anonymous").get(f"/developers/examples/{name}").content == (FOLDER / name).read_bytes()
    assert visit("anonymous").get("/developers/examples/..%2Fviews.py").status_code == 404


def test_own_usage_is_ones_own(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    key = city.keys["owner"].partition(".")[0]
    for outcome in ("call", "call", "error"):
        count_key(key, outcome)  # type: ignore[arg-type]
    write_counts()
    assert key in visit("owner").get("/account/usage/").content.decode()
    assert key not in visit("other").get("/account/usage/").content.decode()
    assert visit("citizen", "en").get("/account/usage/").status_code == 200


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["bash", "-n"], "curl.sh"),
        ([sys.executable, "-m", "py_compile"], "python.txt"),
        # R is too large to install for one example: it is parsed where somebody has it
        (["Rscript", "-e", "parse(commandArgs(TRUE)[1])"], "r.R"),
    ],
)
def test_examples_can_be_read_by_their_language(command: list[str], name: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    if not shutil.which(command[0]):
        return
    copy = tmp_path / name
    copy.write_bytes((FOLDER / name).read_bytes())
    done = subprocess.run([*command, str(copy)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
