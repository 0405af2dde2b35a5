"""Charts of a profile: their marks, the one sentence that says what is seen, and where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from cityhall.catalog.queries import Dataset, Item
from cityhall.kernel.text import Text
from cityhall.opening.profiling.mapping import map_sentence, map_title, measured_sql
from cityhall.opening.profiling.rules import chart_kind, chosen
from cityhall.opening.profiling.shapes import AreaMap, Chart, ChartKind, ItemProfile, Point
from cityhall.warehouse.queries import Bin

_STEPS: Final = {
    "day": Text(en="day", zh="日"),
    "month": Text(en="month", zh="月"),
    "year": Text(en="year", zh="年"),
}
_MOST_STEPS: Final = 400
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def charts_of(
    dataset: Dataset,
    profiles: Sequence[ItemProfile],
    rows: int,
    maps: Mapping[str, AreaMap | None] | None = None,
) -> tuple[Chart, ...]:
    """The charts that suit the dataset's items, at most six. `maps`: item -> its map, None for one that would
    say the same again."""
    by_name, maps = {one.name: one for one in profiles}, maps or {}
    kinds: list[tuple[str, ChartKind]] = []
    for item in dataset.items:
        if item.name not in by_name or maps.get(item.name, item) is None:
            continue
        kind = chart_kind(item, by_name[item.name], dataset.key, rows, mapped=item.name in maps)
        if kind:
            kinds.append((item.name, kind))
    items = {item.name: item for item in dataset.items}
    return tuple(
        _chart(dataset, items[name], by_name[name], kind, rows)
        if (drawn := maps.get(name)) is None
        else _map(dataset, items[name], by_name[name], drawn, rows)
        for name, kind in chosen(kinds)
    )


def _map(dataset: Dataset, item: Item, profile: ItemProfile, drawn: AreaMap, rows: int) -> Chart:
    """A map of divisions; its points are the areas that have rows, the most first."""
    there = sorted((one for one in drawn.points if one.rows), key=lambda one: (-one.rows, one.code))
    points = tuple(Point(one.label, one.rows) for one in there)
    return Chart(
        kind="map",
        item=item.name,
        title=map_title(drawn),
        sentence=map_sentence(drawn) or _sentence("map", points, rows),
        points=points,
        rest=max(round((profile.filled or 0) * rows) - sum(one.rows for one in there), 0),
        query=_query(dataset.code, profile, "map", measured_sql(drawn, profile.amount)),
        areas=drawn,
    )


def _chart(dataset: Dataset, item: Item, profile: ItemProfile, kind: ChartKind, rows: int) -> Chart:
    points = _points(profile, kind)
    shown = sum(one.rows for one in points)
    return Chart(
        kind=kind,
        item=item.name,
        title=_title(item, profile, kind),
        sentence=_sentence(kind, points, rows),
        points=points,
        rest=max(round((profile.filled or 0) * rows) - shown, 0),
        query=_query(dataset.code, profile, kind),
    )


def _points(profile: ItemProfile, kind: ChartKind) -> tuple[Point, ...]:
    if kind == "line":
        rows = {str(one.low): one.rows for one in profile.bins}
        return tuple(
            Point(_moment(day, profile.step), rows.get(day, 0)) for day in chart_days(rows, profile.step)
        )
    if kind == "histogram":
        return tuple(Point(_range(one), one.rows) for one in profile.bins)
    named = ((profile.names.get(value, value), rows) for value, rows in profile.top)
    return tuple(Point(Text(en=name, zh=name), rows) for name, rows in named)


def chart_days(days: Iterable[str], step: str) -> list[str]:
    """Every step from the first to the last, those without rows too; as they are where that would be too many."""
    given = sorted(days)
    every, last = [date.fromisoformat(given[0])], date.fromisoformat(given[-1])
    while every[-1] < last and len(every) <= _MOST_STEPS:
        every.append(_next(every[-1], step))
    return [one.isoformat() for one in every] if len(every) <= _MOST_STEPS else given


def _next(day: date, step: str) -> date:
    if step == "day":
        return day + timedelta(days=1)
    if step == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(year=day.year + 1)


def _moment(day: str, step: str) -> Text:
    year, month, of_month = day.split("-")
    if step == "year":
        return Text(en=year, zh=f"{year}年")
    english = f"{_MONTHS[int(month) - 1]} {year}"
    chinese = f"{year}年{int(month)}月"
    if step == "month":
        return Text(en=english, zh=chinese)
    return Text(en=f"{int(of_month)} {english}", zh=f"{chinese}{int(of_month)}日")


def _range(one: Bin) -> Text:
    low, high = (
        f"{value:,.10g}" if isinstance(value, float | int) else value for value in (one.low, one.high)
    )
    return Text(en=f"{low} – {high}", zh=f"{low}–{high}")


def _title(item: Item, profile: ItemProfile, kind: ChartKind) -> Text:
    en, zh = item.title.en or item.name, item.title.zh or item.name
    if kind == "line":
        step = _STEPS[profile.step]
        return Text(en=f"{en}: rows by {step.en}", zh=f"{zh}：按{step.zh}的行数")
    if kind == "histogram":
        return Text(en=f"{en}: distribution", zh=f"{zh}的分布")
    return Text(
        en=f"Rows by {en[:1].lower()}{en[1:]}" if en.istitle() else f"Rows by {en}", zh=f"各{zh}的行数"
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _sentence(kind: ChartKind, points: Sequence[Point], rows: int) -> Text:
    """What the chart shows, in one sentence."""
    most = max(points, key=lambda one: one.rows)
    share = f"{min(100 * most.rows / rows, 99.9 if most.rows < rows else 100):.3g}%" if rows else "0%"
    if kind == "line":
        return Text(
            en=f"Most rows are of {most.label.en}: {most.rows:,}; {len(points)} steps from {points[0].label.en} "
            f"to {points[-1].label.en}.",
            zh=f"{most.label.zh}最多，{most.rows:,} 行；从{points[0].label.zh}到{points[-1].label.zh}。",
        )
    if kind == "histogram":
        return Text(
            en=f"Values between {most.label.en} are the most frequent: {_rows(most.rows)} ({share}).",
            zh=f"{most.label.zh} 之间最多：{most.rows:,} 行（{share}）。",
        )
    return Text(
        en=f"{most.label.en} has the most: {most.rows:,} of {_rows(rows)} ({share}).",
        zh=f"{most.label.zh}最多：{rows:,} 行中的 {most.rows:,} 行（{share}）。",
    )


def _query(code: str, profile: ItemProfile, kind: ChartKind, measured: str = "") -> str:
    """The question behind the chart, as SQL that can be read."""
    name = '"' + profile.name.replace('"', '""') + '"'
    step = {
        "line": f"date_trunc('{profile.step}', {name})",
        "histogram": f"floor({name} / {profile.step}) * {profile.step}",
    }.get(kind, name)
    return f'SELECT {step}, count(*){measured} FROM "{code}" WHERE {name} IS NOT NULL GROUP BY 1 ORDER BY 1'
