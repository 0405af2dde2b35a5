"""Figures of cases as datasets: per type its measures month by month, divided as declared, and per evaluation its ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from cityhall.app.computed_tables import Column, ComputedTable, column
from cityhall.cases.queries import (
    CaseType,
    Evaluation,
    Measure,
    Ranking,
    dimensions,
    evaluate,
    figures_to_publish,
    last_day,
    months_until,
    told_ranking,
    types,
)
from cityhall.identity.queries import agencies
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.text import Text

KEEPER: Final = system_actor("upkeep")
FIELD: Final = "other"
MONTHS: Final = 24
_WHOLE: Final = "全市"
_COUNTS: Final = {
    "opened": column("立案上报数", "Opened", "integer"),
    "closed": column("办结数", "Closed", "integer"),
    "due": column("应结案数", "Due", "integer"),
    "settled": column("应结已结数", "Due and settled", "integer"),
    "on_time": column("按期结案数", "Due and settled in time", "integer"),
}
_PEOPLE: Final = Text(en="Names the people evaluated", zh="含被评价人员个人信息")


def tables() -> tuple[ComputedTable, ...]:
    """The tables of every installed type, as its newest version declares them."""
    return tuple(
        table
        for made in types()
        for table in (
            *((_figures(made),) if made.measures else ()),
            *(_evaluation(made, one) for one in made.evaluations),
        )
    )


def figures_code(type_name: str) -> str:
    """The code of the dataset that holds a type's figures."""
    return f"case-figures-{type_name.replace('_', '-')}"


def evaluation_code(type_name: str, scheme: str) -> str:
    """The code of the dataset that holds an evaluation's rankings."""
    return f"case-evaluation-{type_name.replace('_', '-')}-{scheme.replace('_', '-')}"


def counted_type(code: str) -> str:
    """The type whose figures or rankings a dataset with this code holds; empty for any other dataset."""
    for made in types() if code.startswith("case-") else ():
        if code in (
            figures_code(made.name),
            *(evaluation_code(made.name, one.id) for one in made.evaluations),
        ):
            return made.name
    return ""


def _figures(made: CaseType) -> ComputedTable:
    counts = _counts(made)
    return ComputedTable(
        code=figures_code(made.name),
        title=Text(en=f"Figures: {made.title.en}", zh=f"{made.title.zh}统计指标"),
        abstract=Text(
            en="Measures of the cases of this kind, month by month, for the city and divided; settlement rates are over the "
            f"cases due. What stands for fewer than {made.publication.least} cases is left out. Computed daily.",
            zh="按月统计的案件指标，分全市及各维度；结案率以应结案数为分母。"
            f"少于 {made.publication.least} 件的不公布。每日计算。",
        ),
        field_code=FIELD,
        update_cycle="monthly",
        columns=(
            column("月份", "Month"),
            column("维度", "Divided by"),
            column("代码", "Code"),
            column("名称", "Name"),
            *(_COUNTS[name] for name in counts),
            *(_measured(one) for one in made.measures),
        ),
        key=("月份", "维度", "代码"),
        rows=partial(_figure_rows, made, counts),
        inside=None if made.publication.open else Text(en="Declared as not open", zh="该类型声明为不开放"),
    )


def _counts(made: CaseType) -> tuple[str, ...]:
    return tuple(_COUNTS) if made.main_clock >= 0 else ("opened", "closed")


def _measured(one: Measure) -> Column:
    """A measure as an item; one that is called like a count says what it is."""
    taken = {counted.name for counted in _COUNTS.values()}
    zh = f"{one.title.zh}（指标）" if one.title.zh in taken else one.title.zh
    unit = {"percent": ("%", "%"), "hours": ("小时", "hours"), "days": ("天", "days")}.get(one.shown)
    title = Text(en=f"{one.title.en} ({unit[1]})", zh=f"{one.title.zh}（{unit[0]}）") if unit else one.title
    return Column(name=zh, title=title, type="integer" if one.shown == "count" else "decimal")


def _figure_rows(made: CaseType, counts: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    named = dict(dimensions(made.name))
    codes = {one.id: one.uscc for one in agencies()}
    for told in figures_to_publish(made.name):
        one = told.figure
        yield (
            f"{told.month:%Y-%m}",
            named[told.by].zh if told.by else _WHOLE,
            codes.get(one.key, one.key) or "-",
            one.title.zh if told.by else _WHOLE,
            *(one.counts.get(name) for name in counts),
            *(shown(measure, one.measures[measure.id]) for measure in made.measures),
        )


def shown(measure: Measure, value: float | None) -> float | int | None:
    """A measure as it is published: shares in percent to two places, everything else to two places, counts whole."""
    if value is None:
        return None
    if measure.shown == "count":
        return int(value)
    return round(value * 100 if measure.shown == "percent" else value, 2)


def _evaluation(made: CaseType, scheme: Evaluation) -> ComputedTable:
    measures = {one.id: one for one in made.judged}
    weighed = [measures[one.measure] for one in scheme.indicators]
    return ComputedTable(
        code=evaluation_code(made.name, scheme.id),
        title=Text(en=f"{scheme.title.en}: {made.title.en}", zh=f"{made.title.zh}：{scheme.title.zh}"),
        abstract=Text(
            en="Composite scores month by month, with what each indicator gave; weights and bounds are declared beside the type. "
            f"Who had fewer than {scheme.least} cases is not ranked.",
            zh=f"按月计算的综合得分及各指标得分，权重和上下限在案件类型中声明；少于 {scheme.least} 件的不参加排名。",
        ),
        field_code=FIELD,
        update_cycle="monthly",
        columns=(
            column("月份", "Month"),
            column("名次", "Place", "integer"),
            column("代码", "Code"),
            column("名称", "Name"),
            column("案件数", "Cases", "integer"),
            column("综合得分", "Score", "decimal"),
            *(Column(name=f"{one.title.zh}得分", title=_points(one), type="decimal") for one in weighed),
        ),
        key=("月份", "代码"),
        rows=partial(_score_rows, made, scheme),
        inside=None if scheme.open else _PEOPLE,
    )


def _points(one: Measure) -> Text:
    return Text(en=f"Points for {one.title.en}", zh=f"{one.title.zh}得分")


def _score_rows(made: CaseType, scheme: Evaluation) -> Iterator[tuple[Any, ...]]:
    """The months in which this scheme was in force, and those who were ranked."""
    codes = {one.id: one.uscc for one in agencies()}
    for month in months_until(clock.today(), MONTHS + 1)[:-1]:
        if scheme.in_force(last_day(month).isoformat()):
            found = evaluate(KEEPER, made.name, scheme.of, month, last_day(month))
            yield from _scored(told_ranking(made.name, found) if scheme.open else found, codes)


def _scored(found: Ranking, codes: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    for one in found.scores:
        if one.place and one.points is not None:
            points = (None if part.points is None else round(part.points, 2) for part in one.parts)
            code = codes.get(one.key, one.key)
            yield (
                f"{found.first:%Y-%m}",
                one.place,
                code,
                one.title.zh,
                one.cases,
                round(one.points, 2),
                *points,
            )
