"""Reading a cell as a date, a moment or a time of day, in the formats that occur in real files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cityhall.cleaning import duck, mending
from cityhall.cleaning.readings import days
from cityhall.cleaning.readings.form import Reading


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a date or a time: the shape of the cell, and the SQL (`{v}`) that reads it."""

    pattern: str
    sql: str


DATES: dict[str, Format] = {
    "iso": Format(r"\d{4}-\d{2}-\d{2}", "TRY_CAST({v} AS DATE)"),
    "ymd": Format(
        r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}", "TRY_CAST(replace(replace({v}, '/', '-'), '.', '-') AS DATE)"
    ),
    "cn": Format(
        r"\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?[日号號]?",
        "TRY_CAST(regexp_replace(translate({v}, ' 年月日号號', '_--'), '[-_]+', '-', 'g') AS DATE)",
    ),
    "ymd8": Format(r"(?:19|20)\d{6}", "CAST(try_strptime({v}, '%Y%m%d') AS DATE)"),
    "midnight": Format(
        r"\d{4}[-/]\d{1,2}[-/]\d{1,2}[ T]0?0:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?",
        "TRY_CAST(translate(regexp_extract({v}, '^[-/0-9]+'), '/', '-') AS DATE)",
    ),
    "dmy": Format(
        r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
        "CAST(try_strptime(translate({v}, '-.', '//'), '%d/%m/%Y') AS DATE)",
    ),
    "mdy": Format(
        r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}",
        "CAST(try_strptime(translate({v}, '-.', '//'), '%m/%d/%Y') AS DATE)",
    ),
    "dmy2": Format(
        r"\d{1,2}[/.]\d{1,2}[/.]\d{2}", "CAST(try_strptime(translate({v}, '.', '/'), '%d/%m/%y') AS DATE)"
    ),
    "mdy2": Format(r"\d{1,2}/\d{1,2}/\d{2}", "CAST(try_strptime({v}, '%m/%d/%y') AS DATE)"),
    "month_name": Format(
        r"\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}",
        "CAST(coalesce(try_strptime({v}, ['%d-%b-%Y', '%d %b %Y', '%d %B %Y', '%b %d, %Y', '%B %d, %Y', '%b %d %Y'])) AS DATE)",
    ),
    "roc_named": Format(
        r"(?:中[華华])?民[國国] ?\d{1,3}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号號]?",
        "TRY_CAST((1911 + TRY_CAST(regexp_extract({v}, '(\\d{1,3})[-/.年]', 1) AS INTEGER))"
        " || '-' || regexp_extract({v}, '[-/.年](\\d{1,2})[-/.月]', 1)"
        " || '-' || regexp_extract({v}, '[-/.月](\\d{1,2})[日号號]?$', 1) AS DATE)",
    ),
    "roc": Format(
        r"(?:中[華华])?(?:民[國国])? ?\d{2,3}[-/.年Y]\d{1,2}[-/.月M]\d{1,2}[日D]?",
        "TRY_CAST((1911 + TRY_CAST(regexp_extract({v}, '(\\d{2,3})[-/.年Y](\\d{1,2})', 1) AS INTEGER))"
        " || '-' || regexp_extract({v}, '[-/.年Y](\\d{1,2})[-/.月M]', 1)"
        " || '-' || regexp_extract({v}, '[-/.月M](\\d{1,2})[日D]?$', 1) AS DATE)",
    ),
    "roc7": Format(
        r"[01]\d{6}",
        "TRY_CAST((1911 + TRY_CAST({v}[1:3] AS INTEGER)) || '-' || {v}[4:5] || '-' || {v}[6:7] AS DATE)",
    ),
    "excel": Format(
        r"[1-6]\d{4}(?:\.0+)?",
        "(DATE '1899-12-30' + TRY_CAST(TRY_CAST({v} AS DOUBLE) AS INTEGER))",
    ),
    "month": Format(
        r"\d{4}[-/年]\d{1,2}月?",
        "TRY_CAST(rtrim(regexp_replace({v}, '[^0-9]+', '-', 'g'), '-') || '-1' AS DATE)",
    ),
    "month6": Format(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])", "CAST(try_strptime({v}, '%Y%m') AS DATE)"),
    "roc_month": Format(
        r"(?:中[華华])?(?:民[國国])? ?\d{2,3}[-/.年Y]\d{1,2}[月M]?",
        "TRY_CAST((1911 + TRY_CAST(regexp_extract({v}, '(\\d{2,3})[-/.年Y](\\d{1,2})', 1) AS INTEGER))"
        " || '-' || regexp_extract({v}, '[-/.年Y](\\d{1,2})', 1) || '-1' AS DATE)",
    ),
}

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?"

MOMENTS: dict[str, Format] = {
    "iso": Format(rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_CLOCK}", "TRY_CAST({v} AS TIMESTAMP)"),
    "zoned": Format(
        rf"\d{{4}}-\d{{2}}-\d{{2}}[ T]{_CLOCK} ?(?:Z|[+-]\d{{2}}:?\d{{2}}|[+-]\d{{2}}| UTC)",
        "TRY_CAST({v} AS TIMESTAMPTZ)",
    ),
    "ymd": Format(
        rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}[ T]+{_CLOCK}",
        "TRY_CAST(regexp_replace({v}, '^(\\d+)[/.](\\d+)[/.]', '\\1-\\2-') AS TIMESTAMP)",
    ),
    "cn": Format(
        r"\d{4}年\d{1,2}月\d{1,2}日 ?\d{1,2}[时時点:]\d{1,2}分?(?:[:]?\d{1,2}秒?)?",
        "TRY_CAST(rtrim(regexp_replace(translate({v}, '年月日时時点分秒', '--_::::'), '[ _]+', ' '), ':') AS TIMESTAMP)",
    ),
    "ymd14": Format(r"(?:19|20)\d{12}", "try_strptime({v}, '%Y%m%d%H%M%S')"),
    "mdy": Format(
        rf"\d{{1,2}}/\d{{1,2}}/\d{{4}} {_CLOCK}(?: ?[AaPp][Mm])?",
        "try_strptime(upper({v}), ['%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M %p', '%m/%d/%Y %H:%M'])",
    ),
    "dmy": Format(
        rf"\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}} {_CLOCK}",
        "try_strptime(translate({v}, '.', '/'), ['%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M'])",
    ),
    "mdy2": Format(
        rf"\d{{1,2}}/\d{{1,2}}/\d{{2}} {_CLOCK}(?: ?[AaPp][Mm])?",
        "try_strptime(upper({v}), ['%m/%d/%y %I:%M:%S %p', '%m/%d/%y %H:%M:%S', '%m/%d/%y %I:%M %p', '%m/%d/%y %H:%M'])",
    ),
    "dmy2": Format(
        rf"\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2}} {_CLOCK}",
        "try_strptime(translate({v}, '.', '/'), ['%d/%m/%y %H:%M:%S', '%d/%m/%y %H:%M'])",
    ),
    "excel": Format(
        r"[1-6]\d{4}\.\d+",
        "(TIMESTAMP '1899-12-30' + to_seconds(TRY_CAST(round(TRY_CAST({v} AS DOUBLE) * 86400) AS INTEGER)))",
    ),
    "epoch": Format(r"1\d{9}", "make_timestamp(TRY_CAST({v}[1:13] AS BIGINT) * 1000000)"),
    "epoch_ms": Format(r"1\d{12}", "make_timestamp(TRY_CAST({v}[1:13] AS BIGINT) * 1000)"),
}

TIMES: dict[str, Format] = {
    "clock": Format(_CLOCK, "TRY_CAST(CASE WHEN length({v}) < 6 THEN {v} || ':00' ELSE {v} END AS TIME)"),
    "clock12": Format(
        r"(?:0?[1-9]|1[0-2]):[0-5]\d(?::[0-5]\d)? ?[AaPp]\.?[Mm]\.?",
        "CAST(try_strptime(replace(replace(upper({v}), '.', ''), ' ', ''), ['%I:%M:%S%p', '%I:%M%p']) AS TIME)",
    ),
    "hms6": Format(
        r"[0-2]\d[0-5]\d[0-5]\d", "TRY_CAST({v}[1:2] || ':' || {v}[3:4] || ':' || {v}[5:6] AS TIME)"
    ),
    "cn": Format(
        r"\d{1,2}[时時点]\d{1,2}分?(?:\d{1,2}秒)?",
        "TRY_CAST(rtrim(translate({v}, '时時点分秒', '::::'), ':')"
        " || CASE WHEN contains({v}, '秒') THEN '' ELSE ':00' END AS TIME)",
    ),
}

FORMATS: dict[str, dict[str, Format]] = {"date": DATES, "datetime": MOMENTS, "time": TIMES}

SAFE: dict[str, tuple[str, ...]] = {
    "date": ("iso", "ymd", "cn", "ymd8", "midnight", "roc_named", "excel"),
    "datetime": ("iso", "ymd", "cn", "ymd14"),
    "time": ("clock", "cn"),
}
"""Formats that cannot be mistaken for another; read even where the contract declares a different one."""


def sql_type(kind: str, params: Mapping[str, Any]) -> str:
    """DATE, TIME, TIMESTAMP, or TIMESTAMPTZ when the column states its zone."""
    if kind == "datetime":
        return "TIMESTAMPTZ" if "zoned" in params.get("formats", ()) else "TIMESTAMP"
    return kind.upper()


def reading(kind: str, params: Mapping[str, Any], cell: str) -> Reading:
    """A date, datetime or time in one of the declared `formats`; other unmistakable forms are repaired."""
    declared: Sequence[str] = params.get("formats") or SAFE[kind][:1]
    declared = sorted(
        declared, key=lambda name: name != "iso"
    )  # the cheapest first; no other reads it otherwise
    safe = tuple(name for name in SAFE[kind] if name not in declared)
    repaired = mending.mended(cell, ("trim", "half_width"))
    target = sql_type(kind, params)
    return Reading(
        cell=cell,
        valid=_readable(kind, declared, cell),
        mended=mending.once(repaired, lambda text: _readable(kind, (*declared, *safe), text)),
        value=mending.once(repaired, lambda text: _value(kind, (*declared, *safe), text, target)),
        plain_value=_value(kind, declared, cell, target),
        faults=(
            (
                f"no_such_{kind}",
                f"regexp_full_match({repaired}, {duck.text(_shapes(kind, (*declared, *safe)))})"
                f" OR {days.after_month_end(repaired)}",
            ),
            (f"not_a_{kind}", "true"),
        ),
        repaired=repaired,
        sql_type=target,
    )


def _readable(kind: str, names: Sequence[str], value: str) -> str:
    tests = []
    for name in names:
        form = FORMATS[kind][name]
        shape = f"regexp_full_match({value}, {duck.text(form.pattern)})"
        tests.append(f"WHEN CASE WHEN {shape} THEN {_read(form, value)} END IS NOT NULL THEN true")
    return f"CASE {' '.join(tests)} ELSE false END"  # not OR, which would try every way on every cell


def _value(kind: str, names: Sequence[str], value: str, target: str) -> str:
    if len(names) == 1:
        return f"CAST({_read(FORMATS[kind][names[0]], value)} AS {target})"
    branches = " ".join(
        f"WHEN regexp_full_match({value}, {duck.text(form.pattern)}) THEN CAST({_read(form, value)} AS {target})"
        for form in (FORMATS[kind][name] for name in names)
    )
    return f"CASE {branches} END"


def _read(form: Format, value: str) -> str:
    return form.sql.replace("{v}", value)


def _shapes(kind: str, names: Sequence[str]) -> str:
    return "|".join(FORMATS[kind][name].pattern for name in names)
