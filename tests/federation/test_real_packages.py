"""Packages of real CKANs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cityhall.federation.feeds.ckan import entry_of
from cityhall.federation.shapes import RemoteEntry

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
