"""A folder that several machines share: what one keeps, another with an empty state folder serves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.warehouse.storing.conftest import ROWS, answers, elsewhere

from cityhall.warehouse.queries import Version, fsck


@pytest.mark.django_db
@pytest.mark.usefixtures("home")
def test_a_shared_folder_takes_what_is_kept_and_makes_its_folders(
    commit: Callable[..., Version], monkeypatch, tmp_path
):
    monkeypatch.setenv("CITYHALL_STORE", f"file://{tmp_path}/shared")
    made = commit(ROWS)
    with elsewhere(tmp_path / "another machine"):
        assert answers(made) == 50
        assert fsck(deep=True) == ()
    assert list((tmp_path / "shared" / "data").rglob("*.parquet"))
