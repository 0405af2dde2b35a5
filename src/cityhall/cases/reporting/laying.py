"""A bulletin in words and tables, ready to be set: plain data that the template reads, in one language."""

from __future__ import annotations

from typing import Any

from cityhall.cases.declaring.judging import FULL
from cityhall.cases.declaring.shapes import Measure
from cityhall.cases.measuring.counting import Backlog, Figure
from cityhall.cases.measuring.evaluating import Ranking
from cityhall.cases.measuring.naming import dimension_title, titles
from cityhall.cases.reporting.drawing import trend
from cityhall.cases.reporting.gathering import Bulletin, Division
from cityhall.cases.reporting.wording import amount, change, moment_name, month_name, say, value_of

Table = dict[str, Any]
DRAWN = 2
LISTED = 10


def laid(bulletin: Bulletin, language: str) -> dict[str, Any]:
    """The bulletin as the template takes it: texts, and tables as {title, note, columns, rows}; the first column of a
    table is words, the others are figures."""
    made = bulletin.made
    rankings = [_ranking(one, bulletin, language) for one in bulletin.rankings]
    title = made.title.in_language(language)
    return {
        "language": "en" if language == "en" else "zh",
        "title": title,
        "kind": say("bulletin", language),
        "month": month_name(bulletin.month, language),
        "labels": [
            *([say("synthetic", language)] if bulletin.synthetic else []),
            *([say("running", language)] if bulletin.running else []),
        ],
        "sentences": _sentences(bulletin, language),
        "headline": _headline(bulletin, language),
        "trend_title": say("trend", language),
        "trend": _trend(bulletin, language),
        "measures": _measures(bulletin, language),
        "rankings": rankings,
        "divided": [_divided(one, bulletin, language) for one in bulletin.divided if one.rows],
        "backlog": _backlog(bulletin, language),
        "notes_title": say("notes", language),
        "notes": _notes(bulletin, language),
        "definitions": [[one.title.in_language(language), one.formula] for one in made.measures],
    }


def _shares(bulletin: Bulletin) -> list[Measure]:
    return [one for one in bulletin.made.measures if one.shown == "percent"]


def _sentences(bulletin: Bulletin, language: str) -> list[str]:
    counts = {name: amount(value) for name, value in bulletin.total.counts.items()}
    first = say("sentence" if "due" in counts else "sentence_opened", language, **{"opened": "0", **counts})
    waiting = bulletin.waiting
    if waiting is None:
        return [first, say("nothing_waits", language)]
    told = {"open": amount(waiting.open), "late": amount(waiting.late), "days": amount(waiting.mean_days, 1)}
    return [first, say("waiting", language, **told)]


def _headline(bulletin: Bulletin, language: str) -> list[list[str]]:
    """The large figures: [what, value, change since the month before]."""
    counts = bulletin.total.counts
    name = "due" if "due" in counts else "opened"
    found = [[say(name, language), amount(counts.get(name, 0)), ""]]
    for one in _shares(bulletin)[:2]:
        found.append(_large(one, bulletin, language))
    waiting = bulletin.waiting
    found.append([say("open_now", language), amount(waiting.open if waiting else 0), ""])
    return found


def _large(measure: Measure, bulletin: Bulletin, language: str) -> list[str]:
    now = bulletin.total.measures.get(measure.id)
    before = bulletin.before.measures.get(measure.id) if bulletin.before else None
    return [
        measure.title.in_language(language),
        value_of(measure, now, language),
        change(measure, now, before, language),
    ]


def _trend(bulletin: Bulletin, language: str) -> str:
    labels = [f"{month:%m}" if month.month != 1 else f"{month:%Y-%m}" for month, _ in bulletin.trend]
    series = [
        (
            one.title.in_language(language),
            [figure.measures.get(one.id) if figure else None for _, figure in bulletin.trend],
        )
        for one in _shares(bulletin)[:DRAWN]
    ]
    told = [one for one in series if sum(value is not None for value in one[1]) > 1]
    return trend(labels, told) if told else ""


def _measures(bulletin: Bulletin, language: str) -> Table:
    def cell(measure: Measure, figure: Figure | None) -> str:
        return value_of(measure, figure.measures.get(measure.id) if figure else None, language)

    return {
        "title": say("measures", language),
        "columns": [
            say("measure", language),
            month_name(bulletin.month, language),
            say("before", language),
            say("year_before", language),
        ],
        "rows": [
            [
                one.title.in_language(language),
                cell(one, bulletin.total),
                cell(one, bulletin.before),
                cell(one, bulletin.year_before),
            ]
            for one in bulletin.made.measures
        ],
        "note": say("few", language, n=bulletin.made.publication.least),
    }


def _ranking(found: Ranking, bulletin: Bulletin, language: str) -> Table:
    measures = {one.id: one for one in bulletin.made.judged}
    weighed = [
        (measures[one.measure].title.in_language(language), one.weight) for one in found.evaluation.indicators
    ]
    return {
        "title": found.evaluation.title.in_language(language),
        "columns": [
            say("place", language),
            say("name", language),
            say("cases", language),
            f"{say('score', language)}\n/ {FULL}",
            *(f"{title}\n/ {weight:g}" for title, weight in weighed),
        ],
        "rows": [
            [
                str(one.place),
                one.title.in_language(language),
                amount(one.cases),
                amount(one.points, 2),
                *(amount(part.points, 1) for part in one.parts),
            ]
            for one in found.scores
            if one.place
        ],
        "note": say("ranked", language, n=found.evaluation.least),
    }


def _divided(found: Division, bulletin: Bulletin, language: str) -> Table:
    counts = [name for name in ("opened", "due", "settled", "on_time") if name in bulletin.total.counts]
    shares = _shares(bulletin)[:2]
    more = len(found.rows) - LISTED
    return {
        "title": dimension_title(bulletin.made, found.by).in_language(language),
        "columns": [
            say("name", language),
            *(say(name, language) for name in counts),
            *(one.title.in_language(language) for one in shares),
        ],
        "rows": [
            [
                row.title.in_language(language),
                *(amount(row.counts.get(name)) for name in counts),
                *(value_of(one, row.measures.get(one.id), language) for one in shares),
            ]
            for row in found.rows[:LISTED]
        ],
        "note": say("more", language, n=more) if more > 0 else "",
    }


def _backlog(bulletin: Bulletin, language: str) -> Table:
    words = titles(bulletin.made, "agency", [one.key for one in bulletin.waiting_by])

    def row(name: str, one: Backlog) -> list[str]:
        return [
            name,
            amount(one.open),
            amount(one.late),
            amount(one.mean_days, 1),
            amount(one.oldest_days, 0),
        ]

    return {
        "title": say("backlog", language),
        "columns": [
            dimension_title(bulletin.made, "agency").in_language(language),
            *(say(name, language) for name in ("open", "late", "mean_age", "oldest")),
        ],
        "rows": [row(words[one.key].in_language(language), one) for one in bulletin.waiting_by],
        "note": "",
    }


def _notes(bulletin: Bulletin, language: str) -> list[str]:
    made = bulletin.made
    source = say(
        "source",
        language,
        type=made.name,
        version=made.version,
        digest=made.digest[:12],
        calendar=made.calendar,
        calendar_version=bulletin.calendar,
        known=moment_name(bulletin.known),
        month=f"{bulletin.month:%Y-%m}",
    )
    return [
        *([say("due_note", language)] if made.main_clock >= 0 else []),
        *([say("score_note", language)] if bulletin.rankings else []),
        source,
    ]
