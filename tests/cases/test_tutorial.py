"""The tutorial does what it says."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from tests.cases.conftest import CITIZEN, DESK, SYSTEM

from cityhall.cases.actions import act, install_type, open_case
from cityhall.cases.queries import check_type, track
from cityhall.kernel.actor import Actor

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "case-types.md").read_text("utf-8")


def _block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    return found[1]


def test_the_declaration_is_short_and_sound(tmp_path: Path) -> None:
    path = tmp_path / "street_lamp.yaml"
    path.write_text(_block("yaml"), "utf-8")
    assert check_type(path) == []
    assert len(path.read_text("utf-8").splitlines()) < 40


@pytest.mark.django_db
def test_it_works(tmp_path: Path, agency: str, crew: Actor, monday: datetime) -> None:
    path = tmp_path / "street_lamp.yaml"
    path.write_text(_block("yaml"), "utf-8")
    install_type(SYSTEM, path)
    names = {
        "open_case": open_case,
        "act": act,
        "track": track,
        "citizen": CITIZEN,
        "desk": DESK,
        "crew": crew,
        "lighting": agency,
    }
    exec(compile(_block("python"), "case-types.md", "exec"), names)
