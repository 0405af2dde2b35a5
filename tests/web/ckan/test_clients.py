"""Programs that others wrote for CKAN, against a live node: ckanapi (command and library) and frictionless."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ckanapi import NotAuthorized, NotFound, RemoteCKAN, SearchQueryError, ValidationError
from frictionless.portals import CkanAdapter, CkanControl
from tests.web.ckan.live import Node, living

CKANAPI = str(Path(sys.executable).parent / "ckanapi")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A live node."""
    with living(tmp_path_factory.mktemp("ckan")) as started:
        yield started


@pytest.fixture
def ckan(node: Node) -> Iterator[RemoteCKAN]:
    """The library, with the key of the owner."""
    with RemoteCKAN(node.address, apikey=node.city["owner"]) as remote:
        yield remote


def _lines(output: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.decode().splitlines() if line]


@pytest.mark.parametrize(
    ("thing", "count"), [("datasets", 1), ("organizations", 2), ("groups", 22), ("users", 0)]
)
def test_the_command_dumps_everything(node: Node, thing: str, count: int) -> None:
    done = node.run(CKANAPI, "dump", thing, "--all", "-r", node.address, "-q")
    assert done.returncode == 0, done.stderr.decode()
    found = _lines(done.stdout)
    assert len(found) == count
    assert all(one["name"] for one in found)


def test_the_command_searches_and_acts(node: Node) -> None:
    found = _lines(node.run(CKANAPI, "search", "datasets", "q=公园", "-r", node.address).stdout)
    assert [one["name"] for one in found] == ["parks"]
    done = node.run(CKANAPI, "action", "package_show", "id=parks", "-r", node.address, "-j")
    assert json.loads(done.stdout)["id"] == node.city["parks"]
    by_get = node.run(CKANAPI, "action", "package_list", "-r", node.address, "-g", "-j")
    assert json.loads(by_get.stdout) == ["parks"]


def test_the_command_dumps_a_data_package_with_its_files(node: Node, tmp_path: Path) -> None:
    done = node.run(
        CKANAPI, "dump", "datasets", "parks", f"--datapackages={tmp_path}", "-r", node.address, "-q"
    )
    assert done.returncode == 0, done.stderr.decode()
    described = json.loads((tmp_path / "parks" / "datapackage.json").read_text(encoding="utf-8"))
    files = {one["path"] for one in described["resources"]}
    assert len(files) == 7
    assert all((tmp_path / "parks" / path).stat().st_size for path in files)


def _load(node: Node, log: Path, thing: str, entry: dict[str, object]) -> tuple[object, ...]:
    """What the command says of the entry: what it did, the error, the name."""
    fed = json.dumps(entry).encode() + b"\n"
    log.unlink(missing_ok=True)
    node.run(CKANAPI, "load", thing, "-r", node.address, "-a", node.city["owner"], "-l", str(log), fed=fed)
    (told,) = _lines(log.read_bytes())
    return tuple(told[2:])  # type: ignore[index]


def test_the_command_loads_what_it_dumped(node: Node, tmp_path: Path) -> None:
    dumped = _lines(node.run(CKANAPI, "dump", "datasets", "parks", "-r", node.address, "-q").stdout)[0]
    copy = {name: dumped[name] for name in ("owner_org", "notes", "license_id", "tags", "groups")}
    copy |= {"name": "parks-copy", "title": "城市公园名录（副本）"}
    log = tmp_path / "log.jsonl"
    assert _load(node, log, "datasets", copy) == ("create", None, "parks-copy")
    assert _load(node, log, "datasets", copy) == ("update", None, "parks-copy")
    group: dict[str, object] = {"name": "new-group", "title": "New"}
    assert _load(node, log, "groups", group)[:2] == (
        "create",
        "ValidationError",
    )  # fields are loaded by the operator


def test_the_library_reads_and_meets_its_own_errors(ckan: RemoteCKAN, node: Node) -> None:
    rows = ckan.action.datastore_search(
        resource_id=f"{node.city['parks']}-csv", filters={"区县": "西溪区"}, limit=4
    )
    assert (len(rows["records"]), rows["total"]) == (4, 19)
    with pytest.raises(NotFound):
        ckan.action.package_show(id="nothing")
    with pytest.raises(ValidationError) as missing:
        ckan.action.package_show()
    assert missing.value.error_dict["id"]
    with pytest.raises(SearchQueryError):
        ckan.action.package_search(fq="nofield:x")
    with pytest.raises(NotAuthorized):
        RemoteCKAN(node.address, apikey=node.city["expired"]).action.package_list()
    with pytest.raises(NotAuthorized):
        ckan.action.datastore_search_sql(sql="SELECT 1")


def test_frictionless_reads_a_package_and_its_rows(node: Node) -> None:
    package = CkanAdapter(CkanControl(baseurl=node.address, dataset="parks")).read_package()
    resource = next(one for one in package.resources if one.format == "csv")
    assert len(resource.read_rows()) == 57
    report = resource.validate()
    assert report.valid, report.flatten(["type", "note"])


def test_frictionless_reads_the_catalogue(node: Node) -> None:
    catalog = CkanAdapter(CkanControl(baseurl=node.address)).read_catalog()
    assert [one.name for one in catalog.datasets] == ["parks"]
