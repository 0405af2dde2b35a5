"""A harvest of another catalogue that the test itself plays."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.collection.serving import send, serving
from tests.web.city import BUILDER, uscc

from cityhall.catalog.actions import load_fields
from cityhall.federation.actions import create_harvest, perform_harvest, start_run
from cityhall.federation.queries import HarvestRunInfo, harvest_run
from cityhall.identity.actions import register_agency
from cityhall.kernel.text import Text


@dataclass(slots=True)
class Elsewhere:
    """Another catalogue: CKAN packages, or whole documents by path; `asked` are the paths it was asked for."""

    address: str = ""
    packages: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    trouble: Callable[[str], bytes | None] = lambda path: None
    links: dict[str, str] = field(default_factory=dict)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Play the catalogue."""
        self.asked.append(handler.path)
        parts = urlsplit(handler.path)
        trouble = self.trouble(handler.path)
        if trouble is not None:
            send(handler, trouble)
        elif parts.path == "/api/3/action/package_search":
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            start, rows = int(given["start"]), int(given["rows"])
            result = {"count": len(self.packages), "results": self.packages[start : start + rows]}
            send(handler, json.dumps({"success": True, "result": result}).encode())
        elif handler.path in self.documents:
            kind, body = self.documents[handler.path]
            more = {"Link": f'<{self.links[handler.path]}>; rel="next"'} if handler.path in self.links else {}
            send(handler, body, headers={"Content-Type": kind, **more})
        else:
            send(handler, b"nothing here", status=404)


def package(number: int, **changes: Any) -> dict[str, Any]:
    """An invented CKAN package."""
    return {
        "id": f"5f0c-{number:04d}",
        "name": f"wells-{number}",
        "title": f"Wells of district {number}",
        "notes": "Where the wells are.",
        "license_id": "cc-by",
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
        "organization": {"title": "Water Works"},
        "tags": [{"name": "water"}, {"name": "wells"}],
        "maintainer": "Desk of wells",
        "resources": [{"url": f"https://data.example/wells-{number}.csv", "format": "CSV", "name": "Wells"}],
        "extras": [{"key": "temporal_start", "value": "2020-01-01"}],
        **changes,
    }


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Another catalogue on a port of this machine."""
    played = Elsewhere()
    with serving(played.answer) as address:
        played.address = address
        yield played


@pytest.fixture
def agency(db: None, home: Any) -> str:
    """The agency that the harvested entries belong to."""
    load_fields(BUILDER)
    return register_agency(
        BUILDER, uscc(7), Text(en="Data Bureau", zh="市数据局"), "municipal_unit", "330300"
    )


Harvester = Callable[..., HarvestRunInfo]


@pytest.fixture
def harvest(elsewhere: Elsewhere, agency: str) -> Harvester:
    """`harvest("ckan")` harvests the other catalogue once; the same kind and path again is the same harvest."""
    made: dict[tuple[str, str], str] = {}

    def harvested(kind: str = "ckan", path: str = "", **settings: Any) -> HarvestRunInfo:
        if (kind, path) not in made:
            quick = {"allow_private": True, "pause_seconds": 0.01, "attempts": 1, "timeout_seconds": 5}
            made[kind, path] = create_harvest(
                BUILDER,
                kind,
                f"Elsewhere {kind}",
                elsewhere.address + path,
                agency,
                settings={**quick, **settings},
            )
        run = start_run(BUILDER, made[kind, path])
        perform_harvest(run_id=run)
        return harvest_run(run)

    return harvested
