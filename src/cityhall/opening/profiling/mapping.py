"""The words of a map: what it shows, and who has the most."""

from __future__ import annotations

from typing import Final

from cityhall.catalog.queries import Item
from cityhall.kernel.text import Text
from cityhall.opening.profiling.shapes import AreaMap

_OVER: Final = {
    "mean": Text(en="mean of all rows", zh="所有行的平均值"),
    "sum": Text(en="total of all rows", zh="所有行的合计"),
}


def map_title(item: Item, drawn: AreaMap) -> Text | None:
    """What a map of amounts is called; None for one of rows, which is called as bars are."""
    if drawn.worth == "rows":
        return None
    en, zh = item.title.en or item.name, item.title.zh or item.name
    if drawn.worth == "mean":
        return Text(en=f"{drawn.amount.en}: mean by {lower(en)}", zh=f"各{zh}的{drawn.amount.zh}平均值")
    return Text(en=f"{drawn.amount.en}: total by {lower(en)}", zh=f"各{zh}的{drawn.amount.zh}合计")


def map_sentence(drawn: AreaMap) -> Text | None:
    """The largest and the smallest of the amounts; None for rows."""
    if drawn.worth == "rows":
        return None
    known = sorted((one.value, one.label) for one in drawn.points if one.value is not None)
    (least, last), (most, first) = known[0], known[-1]
    over = _OVER[drawn.worth]
    return Text(
        en=f"{first.en} has the most: {amount(most)}; {last.en} the least: {amount(least)} ({over.en}).",
        zh=f"{first.zh}最多：{amount(most)}；{last.zh}最少：{amount(least)}（{over.zh}）。",
    )


def measured_sql(drawn: AreaMap, name: str) -> str:
    """What is asked beside the rows."""
    function = {"sum": "sum", "mean": "avg"}.get(drawn.worth)
    quoted = name.replace('"', '""')
    return f', {function}("{quoted}")' if function else ""


def amount(value: float) -> str:
    """A number of four digits or its whole part: 0.1234, 12.34, 123,456."""
    return f"{value:,.0f}" if abs(value) >= 1000 or float(value).is_integer() else f"{value:,.4g}"


def lower(en: str) -> str:
    """Within a sentence."""
    return f"{en[:1].lower()}{en[1:]}" if en.istitle() or en[1:].islower() else en
