"""How a value of a row is written for people."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from cityhall.web.formatting import cell
from cityhall.web.pages.dataset_facts import shape_words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (33478179.060000002, "33478179.06"),  # what binary fractions leave
        (0.1 + 0.2, "0.3"),
        (120.77506512345678, "120.77506512345678"),  # all of it was measured
        (1234567890123456.0, "1234567890123456.0"),
        (152.0, "152.0"),
        (7, "7"),
        ("007", "007"),
        ("长" * 300, "长" * 200 + "…"),
    ],
)
def test_a_number_is_written_as_it_was_meant(value: object, shown: str) -> None:
    assert cell(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ('{"type":"Point","coordinates":[120.5,27.9]}', "point (120.5, 27.9)"),
        ('{"type": "MultiPolygon", "coordinates": []}', "areas"),
        ('{"type":"Point"}', '{"type":"Point"}'),
        ('{"type":"Circle"}', '{"type":"Circle"}'),
        ('["type"]', '["type"]'),
        ("POINT (120 27)", "POINT (120 27)"),
        (None, None),
    ],
)
def test_a_shape_is_said_in_words(value: object, shown: object) -> None:
    with override("en"):
        assert shape_words(value) == shown
