"""The history of an entry: what each revision changed, by whom and why, for those who look after it."""

from __future__ import annotations

import pytest
from tests.web.city import City

from cityhall.catalog.actions import update_dataset
from cityhall.catalog.queries import dataset
from cityhall.kernel.actor import system_actor

pytestmark = pytest.mark.django_db


def test_a_revision_says_what_it_changed_and_why(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks)
    owner = city.actors["owner"]
    changes = {"update_cycle": "monthly", "keywords": ("park",)}
    number = update_dataset(owner, city.parks, changes, before.revision, why="Asked by the districts")
    address = f"/datasets/{city.parks}/history/{number}/"
    page = visit("owner", "en").get(address).content.decode()
    for words in (
        "Asked by the districts",
        "owner1",
        f"What changed since revision {before.revision}",
        "park",
    ):
        assert words in page
    chinese = visit("owner").get(address).content.decode()
    assert f"与第 {before.revision} 次修订相比" in chinese
    assert f'href="{address}"' in visit("owner").get(f"/datasets/{city.parks}/").content.decode()
    assert f'href="{address}"' not in visit("anonymous").get(f"/datasets/{city.parks}/").content.decode()
    whole = visit("owner", "en").get(f"{address}?since=1").content.decode()
    assert "What changed since revision 1" in whole
    first = visit("owner", "en").get(f"/datasets/{city.parks}/history/1/").content.decode()
    assert "The first entry" in first
    same = visit("owner", "en").get(f"{address}?since={number}").content.decode()
    assert "Nothing in the entry differs" in same


def test_what_the_platform_changed_by_itself_says_so(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks).revision
    number = update_dataset(system_actor("builder"), city.parks, {"keywords": ("park",)}, before)
    address = f"/datasets/{city.parks}/history/{number}/"
    assert "<span>平台自动</span>" in visit("owner").get(address).content.decode()
    page = visit("owner", "en").get(address).content.decode()
    assert "<span>The platform</span>" in page
    assert "system:builder" not in page


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999999"])
def test_a_revision_that_is_not_there(visit, city: City, number: str) -> None:  # type: ignore[no-untyped-def]
    assert visit("owner").get(f"/datasets/{city.parks}/history/{number}/").status_code == 404
    assert visit("owner").get(f"/datasets/{city.parks}/history/1/?since=99").status_code == 404


@pytest.mark.parametrize("role", ["citizen", "other"])
@pytest.mark.parametrize(
    "address", ["/datasets/{}/history/1/", "/api/v1/datasets/{}/revisions", "/api/v1/datasets/{}/revisions/1"]
)
def test_others_do_not_read_the_differences(visit, city: City, role: str, address: str) -> None:  # type: ignore[no-untyped-def]
    assert visit(role).get(address.format(city.parks)).status_code == 403


def test_programs_read_the_same_history(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    entry = dataset(city.parks)
    number = update_dataset(
        city.actors["owner"],
        city.parks,
        {"licence": "ODC-BY-1.0"},
        entry.revision,
        why="Agreed in the council",
    )
    client = visit("owner")
    listed = client.get(f"/api/v1/datasets/{entry.code}/revisions").json()["revisions"]
    assert [one["number"] for one in listed] == list(range(number, 0, -1))
    assert listed[0]["why"] == "Agreed in the council"
    told = client.get(f"/api/v1/datasets/{city.parks}/revisions/{number}").json()
    assert {name: told[name] for name in listed[0]} == listed[0]
    assert (told["who"], told["since"]) == ("owner1", number - 1)
    assert [(one["place"], one["after"]) for one in told["changes"]] == [("licence", "ODC-BY-1.0")]
    assert told["changes"][0]["text"]["zh"]
    first = client.get(f"/api/v1/datasets/{city.parks}/revisions/1").json()
    assert (first["since"], first["changes"]) == (None, [])
    whole = client.get(f"/api/v1/datasets/{city.parks}/revisions/{number}?since=1").json()
    assert whole["since"] == 1
    assert "licence" in {one["place"] for one in whole["changes"]}
    for wrong in ("99", "1?since=99"):
        assert client.get(f"/api/v1/datasets/{city.parks}/revisions/{wrong}").status_code == 404
