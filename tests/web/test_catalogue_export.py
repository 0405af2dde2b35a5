"""The whole catalogue over REST."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.web.city import City

from cityhall.catalog.queries import weigh_catalogue

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_the_file_imported_again_changes_nothing(visit, city: City, tmp_path: Path, ending: str) -> None:  # type: ignore[no-untyped-def]
    answer = visit("operator").get(f"/api/v1/catalogue.{ending}")
    assert answer.status_code == 200
    assert f'filename="catalogue.{ending}"' in answer.headers["Content-Disposition"]
    path = tmp_path / f"catalogue.{ending}"
    path.write_bytes(answer.content)
    report = weigh_catalogue(city.actors["operator"], path)
    assert report.rows
    assert {row.outcome for row in report.rows} == {"unchanged"}


@pytest.mark.parametrize("role", ["anonymous", "citizen", "developer", "owner"])
def test_drafts_of_all_agencies_are_for_the_operator(visit, city: City, role: str) -> None:  # type: ignore[no-untyped-def]
    answer = visit(role).get("/api/v1/catalogue.yaml")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "identity.right_missing"


def test_the_description_names_both_files(visit, city: City) -> None:  # type: ignore[no-untyped-def]
    paths = visit("anonymous").get("/api/v1/openapi.json").json()["paths"]
    for ending, kind in (("yaml", "application/yaml"), ("xlsx", "sheet")):
        told = paths[f"/api/v1/catalogue.{ending}"]["get"]["responses"]["200"]["content"]
        assert any(kind in media for media in told)
