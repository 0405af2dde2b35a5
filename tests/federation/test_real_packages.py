"""Packages of real CKANs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.federation.conftest import Elsewhere, Harvester

from cityhall.catalog.queries import dataset, metadata_quality
from cityhall.federation.feeds.ckan import entry_of
from cityhall.federation.models import Origin
from cityhall.federation.queries import HarvestRunInfo, origins_of
from cityhall.federation.shapes import RemoteEntry
from cityhall.kernel.actor import ANONYMOUS
from cityhall.opening.queries import decide

FILES = {
    "full_ckan_dataset_legacy.json": 1,
    "ckan_full_dataset_dcat_ap.json": 1,
}


def _packages(value: Any) -> Iterator[Any]:
    """Every CKAN package inside a JSON value."""
    if isinstance(value, dict):
        if "resources" in value and "title" in value:
            yield value
        else:
            for one in value.values():
                yield from _packages(one)
    elif isinstance(value, list):
        for one in value:
            yield from _packages(one)


@pytest.mark.realdata
@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_real_packages_become_entries(real_data: Path, name: str) -> None:
    found = list(_packages(json.loads((real_data / "08_metadata" / name).read_text(encoding="utf-8"))))
    assert len(found) >= FILES[name]
    for one in found:
        entry = entry_of({"id": "x", **one}, "https://data.example")
        assert isinstance(entry, RemoteEntry)
        assert entry.title.en == one["title"].strip()
        assert entry.files
        assert entry.fingerprint()


CKAN = (*FILES, "magda_ckanDatasetAspect.json")
LINKED = {
    "catalog.rdf": "application/rdf+xml",
    "dataset.rdf": "application/rdf+xml",
    "dataset_gov_de.rdf": "application/rdf+xml",
    "dataset_health.ttl": "text/turtle",
}


def _sound(elsewhere: Elsewhere, run: HarvestRunInfo, many: int) -> None:
    """A run took in everything; each entry is published, open to nobody by itself, scored, and says where it came from."""
    assert (run.stage, run.whole, run.counts["failed"]) == ("done", True, 0)
    assert run.counts["created"] == many
    for one in Origin.objects.all():
        entry = dataset(one.dataset_id)
        assert entry.state == "published"
        assert entry.opening_class in ("restricted", "forbidden"), (
            "as the origin says, and never open by itself"
        )
        assert not decide(ANONYMOUS, entry, "api").items
        assert 0 < metadata_quality(entry.id).points <= 405
        assert origins_of([entry.id])[entry.id].address


@pytest.mark.realdata
@pytest.mark.django_db
def test_real_packages_are_harvested_and_scored(
    real_data: Path, elsewhere: Elsewhere, harvest: Harvester
) -> None:
    """Packages of Australia's and of CKAN's own documentation, served as a CKAN serves them."""
    for name in CKAN:
        found = _packages(json.loads((real_data / "08_metadata" / name).read_text(encoding="utf-8")))
        elsewhere.packages += [{"id": f"real-{len(elsewhere.packages)}", **one} for one in found]
    _sound(elsewhere, harvest(), len(elsewhere.packages))
    assert harvest().counts["unchanged"] == len(elsewhere.packages)


@pytest.mark.realdata
@pytest.mark.django_db
@pytest.mark.parametrize("name", LINKED)
def test_real_linked_data_is_harvested_and_scored(
    real_data: Path, elsewhere: Elsewhere, harvest: Harvester, name: str
) -> None:
    body = (real_data / "08_metadata" / name).read_bytes()
    elsewhere.documents = {f"/{name}": (LINKED[name], body)}
    run = harvest("dcat", f"/{name}")
    _sound(elsewhere, run, run.counts["seen"])
    assert harvest("dcat", f"/{name}").counts["unchanged"] == run.counts["seen"] > 0
