"""A second node harvests the first one, over each of its faces; the files come along the road."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.web.city import BUILDER
from tests.web.ckan.live import Node, living

from cityhall.catalog.queries import dataset
from cityhall.collection.actions import perform_run
from cityhall.collection.queries import runs
from cityhall.federation.actions import create_harvest, perform_harvest, start_run
from cityhall.federation.models import Origin
from cityhall.federation.queries import HarvestRunInfo, harvest_run, origins_of
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.queries import decide

PATHS = {"ckan": "", "cityhall": "/", "dcat": "/catalogue.ttl"}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The first node."""
    with living(tmp_path_factory.mktemp("origin")) as started:
        yield started


def _harvest(node: Node, agency: str, kind: str, path: str, **settings: Any) -> HarvestRunInfo:
    made = create_harvest(
        BUILDER, kind, "首府", node.address + path, agency, settings={"allow_private": True, **settings}
    )
    run = start_run(BUILDER, made)
    perform_harvest(run_id=run)
    return harvest_run(run)


def _again(run: HarvestRunInfo) -> HarvestRunInfo:
    second = start_run(BUILDER, run.harvest_id)
    perform_harvest(run_id=second)
    return harvest_run(second)


@pytest.mark.parametrize("kind", PATHS)
def test_over_every_face(node: Node, agency: str, kind: str) -> None:
    run = _harvest(node, agency, kind, PATHS[kind])
    assert (run.stage, run.whole, run.counts["created"]) == ("done", True, 1), run.error
    entry = dataset(Origin.objects.get().dataset_id)
    assert (entry.title.zh, entry.title.en) == ("城市公园名录", "City parks")
    assert entry.state == "published"
    assert not decide(ANONYMOUS, entry, "download").items
    origin = origins_of([entry.id])[entry.id]
    assert origin.address.startswith(node.address)
    assert entry.licence == "CC-BY-4.0" or kind == "dcat"
    assert _again(run).counts["unchanged"] == 1


@pytest.mark.parametrize("path", ["/catalogue.rdf", "/catalogue.jsonld"])
def test_the_other_forms_of_linked_data(node: Node, agency: str, path: str) -> None:
    run = _harvest(node, agency, "dcat", path)
    assert run.counts["created"] == 1, run.error


def test_another_node_tells_its_items(node: Node, agency: str) -> None:
    _harvest(node, agency, "cityhall", "")
    entry = dataset(Origin.objects.get().dataset_id)
    assert {item.name: item.type for item in entry.items}["建成日期"] == "date"
    assert {item.name: item.level for item in entry.items}["联系电话"] == 3
    assert entry.field_code == "environment"


@pytest.mark.parametrize("kind", ["ckan", "cityhall"])
def test_the_data_comes_along_the_road(
    node: Node, agency: str, kind: str, django_capture_on_commit_callbacks: Any
) -> None:
    harvested = _harvest(node, agency, kind, "", formats=["CSV"])
    entry = Origin.objects.get()
    assert dataset(entry.dataset_id).state == "draft"  # it waits for its data
    with django_capture_on_commit_callbacks(execute=True):
        perform_run(run_id=runs(dataset_id=entry.dataset_id)[0].id)
    run = runs(dataset_id=entry.dataset_id)[0]
    assert run.receipt and run.receipt["clean"] == 57, run.error
    now = dataset(entry.dataset_id)
    assert now.state == "published"
    assert {item.name for item in now.items} == {
        "公园编号",
        "公园名称",
        "区县",
        "面积",
        "建成日期",
        "经度",
        "纬度",
    }
    assert _again(harvested).counts["unchanged"] == 1
    assert len(runs(dataset_id=entry.dataset_id)) == 1
