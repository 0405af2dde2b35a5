"""The table of faults names tests that exist."""

from __future__ import annotations

import re

from tests.conftest import PROJECT

NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_fault_is_shown_by_a_test_that_exists() -> None:
    table = (PROJECT / "docs" / "reference" / "faults.md").read_text(encoding="utf-8")
    named = NAMED.findall(table)
    assert len(named) > 30
    absent = [
        f"{path}::{name}"
        for path, name in named
        if not (PROJECT / path).is_file()
        or (name and f"def {name}(" not in (PROJECT / path).read_text(encoding="utf-8"))
    ]
    assert not absent
