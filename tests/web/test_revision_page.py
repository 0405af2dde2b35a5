"""The history of an entry: what each revision changed, by whom and why, for those who look after it."""

from __future__ import annotations

import pytest
from tests.web.city import City

from cityhall.catalog.actions import update_dataset
from cityhall.catalog.queries import dataset

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


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999999"])
def test_a_revision_that_is_not_there(visit, city: City, number: str) -> None:  # type: ignore[no-untyped-def]
    assert visit("owner").get(f"/datasets/{city.parks}/history/{number}/").status_code == 404
    assert visit("owner").get(f"/datasets/{city.parks}/history/1/?since=99").status_code == 404


@pytest.mark.parametrize("role", ["citizen", "other"])
def test_others_do_not_read_the_differences(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    assert visit(role).get(f"/datasets/{city.parks}/history/1/").status_code == 403
