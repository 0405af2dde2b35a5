"""The steward's pages of sources and runs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.web.city import City

from cityhall.collection.models import Run
from cityhall.collection.queries import runs, source


def _sent(city: City, **changes: str) -> dict[str, str]:
    given = {
        "name_zh": "水务局每日水位",
        "name_en": "Daily water levels",
        "kind": "http",
        "agency": city.agency,
        "settings": "url: https://example.org/levels.csv",
        "mode": "replace",
    }
    return given | changes


def test_a_source_is_called_by_its_name_in_the_reader_s_language(city: City, visit: Any) -> None:
    made = visit("owner").post("/sources/new/", _sent(city))["Location"]
    for language, own, other in (("zh-hans", "name_zh", "name_en"), ("en", "name_en", "name_zh")):
        client = visit("owner", language)
        listed = client.get("/sources/").content.decode()
        assert _sent(city)[own] in listed
        assert _sent(city)[other] not in listed
        form = client.get(made).content.decode()
        assert f"<h1>{_sent(city)[own]}</h1>" in form
        assert f'value="{_sent(city)[other]}"' in form
    renamed = visit("owner").post(made, _sent(city, name_zh="水位", name_en=""))
    assert renamed.status_code == 302
    told = source(made.strip("/").rpartition("/")[2])
    assert (told.name, told.title.en, told.title.zh) == ("水位", "水位", "水位")


def test_a_source_without_a_name_is_refused_and_the_form_keeps_the_rest(city: City, visit: Any) -> None:
    refused = visit("owner").post("/sources/new/", _sent(city, name_zh=" ", name_en=""))
    assert refused.status_code == 422
    assert "https://example.org/levels.csv" in refused.content.decode()


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("<span>60 行</span>", "每秒 30 行")), ("en", ("<span>60 rows</span>", "30 rows a second"))],
)
def test_a_run_s_page_tells_what_each_stage_took_in(
    city: City, visit: Any, language: str, words: tuple[str, ...]
) -> None:
    run = runs(limit=1)[0]
    Run.objects.filter(pk=run.id).update(
        timings={"checking": 2.0, "landing": 0.5},
        amounts={"checking": {"rows": 60}, "landing": {"bytes": 4000}},
    )
    page = visit("operator", language).get(f"/runs/{run.id}/").content.decode()
    assert all(word in page for word in words)
    assert "<span>4 kB</span>" in page
    answer = visit("operator").get(f"/api/v1/runs/{run.id}").json()
    assert answer["stages"] == [
        {
            "name": "landing", "seconds": 0.5, "bytes": 4000, "rows": None,
            "rows_a_second": None, "bytes_a_second": 8000.0,
        },
        {
            "name": "checking", "seconds": 2.0, "bytes": None, "rows": 60,
            "rows_a_second": 30.0, "bytes_a_second": None,
        },
    ]  # fmt: skip
