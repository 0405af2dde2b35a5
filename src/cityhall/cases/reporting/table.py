"""A bulletin as one flat table, for spreadsheets and programs."""

from __future__ import annotations

import csv
import io

from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.measuring.counting import Figure
from cityhall.cases.measuring.naming import dimension_title
from cityhall.cases.reporting.gathering import Bulletin
from cityhall.cases.reporting.wording import say
from cityhall.kernel.cells import harmless


def as_csv(bulletin: Bulletin, language: str) -> bytes:
    """Month, dimension, key, name, counts, measures; the whole first. UTF-8 with a byte order mark, for spreadsheets."""
    made = bulletin.made
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    counts = [
        name for name in ("opened", "due", "settled", "on_time") if made.main_clock >= 0 or name == "opened"
    ]
    writer.writerow(
        [
            "month",
            "divided_by",
            "key",
            "name",
            *(say(name, language) for name in counts),
            *(one.title.in_language(language) for one in made.measures),
        ]
    )
    month = f"{bulletin.month:%Y-%m}"
    writer.writerow([month, "", "", made.title.in_language(language), *_cells(made, bulletin.total, counts)])
    for division in bulletin.divided:
        what = dimension_title(made, division.by).in_language(language)
        for row in division.rows:
            writer.writerow(
                [
                    month,
                    what,
                    harmless(row.key),
                    harmless(row.title.in_language(language)),
                    *_cells(made, row, counts),
                ]
            )
    return ("\ufeff" + out.getvalue()).encode()


def _cells(made: CaseType, figure: Figure, counts: list[str]) -> list[int | float | None]:
    measured = (figure.measures.get(one.id) for one in made.measures)
    return [
        *(figure.counts.get(name) for name in counts),
        *(value if value is None else round(value, 6) for value in measured),
    ]
