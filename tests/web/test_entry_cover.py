"""The wider part of an entry's form: where and when the data is about, by which law, from which system."""

from __future__ import annotations

from datetime import date

import pytest
from tests.web.city import BUILDER, City

from cityhall.catalog.actions import register_function, register_system
from cityhall.catalog.queries import dataset
from cityhall.kernel.text import Text
from cityhall.places.actions import load_divisions

pytestmark = pytest.mark.django_db


def _form(city: City, **changes: str) -> dict[str, str]:
    return {"revision": str(dataset(city.parks).revision), "why": "clearer", **changes}


def test_place_period_law_and_system_are_in_the_form(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    owner = city.actors["owner"]
    duty = register_function(owner, "green", city.agency, Text(en="Greening", zh="绿化管理"))
    system = register_system(owner, "green-1", city.agency, Text(en="Green system", zh="绿化系统"), duty)
    load_divisions(BUILDER)
    client, address = visit("owner", "en"), f"/datasets/{city.parks}/edit/"
    fields = {
        "system": system, "region": "330302", "box": "120.5, 27.9, 120.8，28.1", "from": "2020-01-01", "to": "",
        "legal_basis_en": "Parks act", "linked_codes": "GT-1", "i1-name": "公园名称", "i1-unique": "on",
    }  # fmt: skip
    assert client.post(address, _form(city, **fields)).status_code == 302
    found = dataset(city.parks)
    assert (found.region, found.spatial.bbox) == ("330302", (120.5, 27.9, 120.8, 28.1))
    assert (found.temporal.start, found.temporal.end) == (date(2020, 1, 1), None)
    assert (found.legal_basis.en, found.linked_codes, found.items[1].unique) == ("Parks act", ("GT-1",), True)
    page = visit("anonymous", "en").get(f"/datasets/{city.parks}/").content.decode()
    for words in (
        "Green system · Greening",
        'href="/regions/330302/"',
        "longitude 120.5 to 120.8",
        "Parks act",
    ):
        assert words in page
    before = found.revision
    shown = client.get(address).content.decode()
    assert 'value="120.5, 27.9, 120.8, 28.1"' in shown
    client.post(
        address,
        _form(city, **{name: fields[name] for name in ("from", "region")}, box="120.5, 27.9, 120.8, 28.1"),
    )
    assert dataset(city.parks).revision == before, "the same again is no change"


@pytest.mark.parametrize(
    "wrong",
    [
        {"region": "990000"}, {"region": "somewhere far away"}, {"box": "120.5, 27.9"}, {"box": "1e9, x, 3, 4"},
        {"box": "121, 27, 120, 28"}, {"from": "2020-13-45"}, {"from": "2020-01-02", "to": "2020-01-01"},
        {"system": "sys_of_nobody"},
    ],
    ids=str,
)  # fmt: skip
def test_a_place_or_period_that_is_none_is_refused_and_not_lost(
    visit, city: City, wrong: dict[str, str]
) -> None:  # type: ignore[no-untyped-def]
    before = dataset(city.parks)
    answer = visit("owner", "en").post(f"/datasets/{city.parks}/edit/", _form(city, **wrong))
    assert answer.status_code in (404, 422)
    assert dataset(city.parks) == before
    if "system" not in wrong:
        assert f'value="{next(iter(wrong.values()))}"' in answer.content.decode()
