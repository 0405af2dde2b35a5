"""The Solr subset: what it finds, and what it refuses with a sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.web.city import City
from tests.web.ckan.conftest import Caller

from cityhall.catalog.actions import update_dataset
from cityhall.catalog.queries import dataset
from cityhall.web.ckan import solr
from cityhall.web.ckan.errors import SearchUnusable
from cityhall.web.ckan.meaning import condition


@pytest.fixture
def search(city: City, call: Caller):  # type: ignore[no-untyped-def]
    """How many packages a search finds."""
    if not dataset(city.parks).keywords:
        update_dataset(
            city.actors["owner"],
            city.parks,
            {"keywords": ["公园", "green space"]},
            dataset(city.parks).revision,
        )
    return lambda **given: call("package_search", **given)["count"]


FOUND = [
    {"q": "公园"},
    {"q": "公園"},  # traditional characters
    {"q": "*:*"},
    {"q": ""},
    {"q": "名录 parks"},
    {"q": '"城市公园"'},
    {"q": "title:公园"},
    {"q": "name:parks OR name:nothing"},
    {"q": "name:par*"},
    {"q": "(title:nothing OR notes:位置) AND -tags:horses"},
    {"fq": "groups:environment"},
    {"fq": "+groups:environment +capacity:public"},
    {"fq": 'tags:公园 tags:"green space"'},
    {"fq": "tags:(horses OR 公园)"},
    {"fq": "license_id:CC-BY-4.0 AND isopen:true"},
    {"fq": "metadata_modified:[2020-01-01T00:00:00Z TO *]"},
    {"fq": "metadata_modified:[NOW-7DAYS TO NOW]"},
    {"fq": "metadata_created:[* TO *]"},
    {"fq": "res_format:CSV"},
    {"fq": "-harvest_source_id:[* TO *]"},
    {"fq": "!organization:nobody && (state:active || state:draft)"},
    {"fq_list": ["type:dataset", "name:parks"]},
    {"q": "城市公园 (parks"},
]
NOT_FOUND = [
    {"q": "horses"},
    {"fq": "groups:health"},
    {"fq": "-groups:environment"},
    {"fq": "metadata_modified:[2999-01-01T00:00:00Z TO *]"},
    {"fq": "organization:nobody"},
    {"fq": "extras_anything:x"},
    {"fq": "private:true"},
    {"fq": "res_format:SHP"},
    {"q": "trees"},
    {"q": "树种"},
]
UNUSABLE = [
    {"q": "nofield:x"},
    {"fq": "(a"},
    {"fq": "a)"},
    {"fq": "title:"},
    {"fq": "metadata_modified:[yesterday TO *]"},
    {"fq": "title:[a TO b]"},
    {"fq": "{!join from=id}x"},
    {"fq": "title:a~2"},
    {"fq": "title:*mid*dle"},
    {"fq": " OR ".join(f"name:n{number}" for number in range(10_000))},
    {"fq": "(" * 100 + "a" + ")" * 100},
    {"q": "x" * 9000},
    {"sort": "views_recent desc"},
    {"sort": "id; drop"},
]


def test_what_is_found(search) -> None:  # type: ignore[no-untyped-def]
    assert [given for given in FOUND if search(**given) != 1] == []


@pytest.mark.parametrize("given", NOT_FOUND, ids=str)
def test_what_is_not_found(search, given: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    assert search(**given) == 0


@pytest.mark.parametrize("given", UNUSABLE, ids=lambda given: str(given)[:40])
def test_what_is_refused(call: Caller, given: dict[str, object]) -> None:
    body = call("package_search", status=400, **given)
    assert body["error"]["__type"] == "Search Query Error"


def test_facets_pages_and_private(search, call: Caller, city: City) -> None:  # type: ignore[no-untyped-def]
    assert search() == 1
    found = call(
        "package_search", **{"facet.field": ["organization", "groups", "tags", "license_id", "res_format"]}
    )
    assert found["facets"]["groups"] == {"environment": 1}
    assert found["facets"]["tags"] == {"公园": 1, "green space": 1}
    assert found["search_facets"]["organization"]["items"][0]["display_name"] == "市园林局"
    assert found["facets"]["res_format"]["CSV"] == 1
    assert call("package_search", start=1)["results"] == []
    assert call("package_search", rows=0)["count"] == 1
    for name in ("include_private", "include_drafts"):
        call("package_search", status=403, **{name: True})
    assert call("tag_show", id="公园", include_datasets=True)["packages"][0]["name"] == "parks"
    assert call("resource_search", query="format:csv")["count"] == 2  # one of them for spreadsheet programs


@given(st.text(alphabet='ab公 ()"[]{}:*+-!&|\\^~ANDORTO,.0', max_size=60))
@settings(max_examples=400)
def test_any_text_is_understood_or_refused(text: str) -> None:
    with suppress(SearchUnusable):
        condition(solr.read(text))
    condition(solr.plain(text))
