"""The operator's pages about harvests."""

from __future__ import annotations

from typing import Any

import pytest
from tests.federation.conftest import Elsewhere, elsewhere, package  # noqa: F401  (a fixture)
from tests.web.city import City

from cityhall.catalog.queries import dataset
from cityhall.federation.actions import perform_harvest
from cityhall.federation.models import Harvest, HarvestRun, Origin


def _sent(city: City, elsewhere: Elsewhere, **changes: str) -> dict[str, str]:  # noqa: F811
    given = {
        "kind": "ckan",
        "name": "海塘市数据",
        "url": elsewhere.address,
        "agency": city.agency,
        "settings": "allow_private: true",
        "schedule": "daily at 03:00",
        "enabled": "on",
    }
    return given | changes


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_add_start_and_look(city: City, visit: Any, elsewhere: Elsewhere, language: str) -> None:  # noqa: F811
    client = visit("operator", language)
    assert client.get("/harvests/").status_code == 200
    made = client.post("/harvests/new/", _sent(city, elsewhere))
    assert made.status_code == 302
    elsewhere.packages = [package(1), package(2), {"id": "broken"}]
    started = client.post(f"{made['Location']}start/")
    run_id = started["Location"].rstrip("/").rpartition("/")[2]
    waiting = client.get(started["Location"]).content.decode()
    assert ("排队中" if language == "zh-hans" else "Queued") in waiting
    perform_harvest(run_id=run_id)
    done = client.get(started["Location"]).content.decode()
    assert ("新增" if language == "zh-hans" else "New") in done
    assert "broken" in done
    shown = client.get(made["Location"]).content.decode()
    assert "Water Works" in shown
    assert "海塘市数据" in client.get("/harvests/").content.decode()
    origin = Origin.objects.filter(harvest__name="海塘市数据").first()
    assert origin and dataset(origin.dataset_id).state == "published"
    told = client.get(f"/datasets/{origin.dataset_id}/").content.decode()
    assert f'href="{origin.address}"' in told
    extras = client.get(f"/api/3/action/package_show?id={origin.dataset_id}").json()["result"]["extras"]
    assert {"key": "harvest_url", "value": origin.address} in extras


def test_what_is_wrong_is_told_beside_the_form(city: City, visit: Any, elsewhere: Elsewhere) -> None:  # noqa: F811
    client = visit("operator")
    for changes in (
        {"url": "ftp://x"},
        {"settings": "a: ["},
        {"settings": "colour: green"},
        {"schedule": "sometimes"},
    ):
        answer = client.post("/harvests/new/", _sent(city, elsewhere, **changes))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
    client.post("/harvests/new/", _sent(city, elsewhere, name="改名前"))
    harvest = Harvest.objects.get(name="改名前")
    address = f"/harvests/{harvest.id}/"
    assert client.post(address, _sent(city, elsewhere, name="改名后", settings="")).status_code == 302
    harvest.refresh_from_db()
    assert (harvest.name, harvest.settings) == ("改名后", {})
    assert client.post(address, _sent(city, elsewhere, settings="max_pages: many")).status_code == 422


def test_cancel(city: City, visit: Any, elsewhere: Elsewhere) -> None:  # noqa: F811
    client = visit("operator")
    made = client.post("/harvests/new/", _sent(city, elsewhere, name="待取消"))
    run = client.post(f"{made['Location']}start/")["Location"]
    assert client.post(f"{run}cancel/").status_code == 302
    assert HarvestRun.objects.get(harvest__name="待取消").stage == "cancelled"
    assert client.post(f"{made['Location']}start/").status_code == 302
    assert client.post(f"{made['Location']}start/").status_code == 409
