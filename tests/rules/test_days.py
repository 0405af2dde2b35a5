"""The day is the city's: between midnight and eight in the morning UTC still has the day before."""

from __future__ import annotations

import re

from tests.rules.source import PACKAGE, python_files

_DAY_OF_NOW = re.compile(r"\bnow\(\)\.date\(\)")


def test_the_present_day_is_asked_of_the_city() -> None:
    wrong = [
        str(path.relative_to(PACKAGE))
        for path in python_files()
        if _DAY_OF_NOW.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, "clock.today() is the city's day"
