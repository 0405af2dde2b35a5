"""How figures and months are written in a bulletin, in either language."""

from __future__ import annotations

from datetime import date, datetime

from cityhall.cases.declaring.shapes import Measure
from cityhall.kernel import clock
from cityhall.kernel.text import Text

WORDS: dict[str, Text] = {
    "bulletin": Text(en="Monthly bulletin", zh="月报"),
    "synthetic": Text(en="Synthetic data, for demonstration only", zh="合成数据，仅供演示"),
    "running": Text(en="The month is not over", zh="本月尚未结束"),
    "opened": Text(en="Opened", zh="立案上报"),
    "due": Text(en="Due", zh="应结案"),
    "settled": Text(en="Settled", zh="已结案"),
    "on_time": Text(en="In time", zh="按期"),
    "measures": Text(en="Measures", zh="主要指标"),
    "measure": Text(en="Measure", zh="指标"),
    "before": Text(en="Month before", zh="上月"),
    "year_before": Text(en="A year ago", zh="上年同月"),
    "trend": Text(en="Twelve months", zh="近十二个月"),
    "ranking": Text(en="Ranking", zh="排名"),
    "place": Text(en="Place", zh="名次"),
    "name": Text(en="Name", zh="名称"),
    "cases": Text(en="Cases", zh="案件"),
    "score": Text(en="Score", zh="得分"),
    "backlog": Text(en="Backlog", zh="未结案件"),
    "open": Text(en="Open", zh="未结"),
    "late": Text(en="Late", zh="已超期"),
    "mean_age": Text(en="Mean age, days", zh="平均天数"),
    "oldest": Text(en="Oldest, days", zh="最长天数"),
    "notes": Text(en="Definitions and sources", zh="指标说明与数据来源"),
    "more": Text(
        en="and {n} more; all of them are in the CSV file and the dataset",
        zh="另有 {n} 项，见 CSV 文件和数据集",
    ),
    "few": Text(
        en="A dash stands for nothing to measure, or for fewer than {n} cases.",
        zh="“–”表示无可统计案件，或少于 {n} 件不予公布。",
    ),
    "due_note": Text(
        en="Due are the cases whose limit ends in the month, whenever they were opened; settlement rates are shares of these.",
        zh="应结案指时限在本月到期的案件，不论何时上报；结案率以应结案数为分母。",
    ),
    "score_note": Text(
        en="Points: all of an indicator's weight at its best bound, none at its worst, in between in proportion; an indicator "
        "without anything to measure is left out and the others fill the hundred.",
        zh="得分：达到最优界限得满分，达到最差界限得零分，中间按比例计算；无可统计的指标不计，其余按比例折算为百分制。",
    ),
    "ranked": Text(en="Not ranked: fewer than {n} cases.", zh="少于 {n} 件的不参加排名。"),
    "open_now": Text(en="Open now", zh="目前未结"),
    "source": Text(
        en="Rules: {type} version {version} ({digest}). Calendar: {calendar} version {calendar_version}. "
        "Counted over every case of the type, as known at {known}. "
        "The same again: cityhall cases bulletin {type} --month {month}",
        zh="规则：{type} 第 {version} 版（{digest}）。工作日历：{calendar} 第 {calendar_version} 版。统计范围为该类型全部案件，"
        "数据截至 {known}。复现：cityhall cases bulletin {type} --month {month}",
    ),
    "page": Text(en="Page", zh="第"),
    "sentence": Text(
        en="{due} cases came due; {settled} of them are settled, {on_time} in time. {opened} were opened.",
        zh="本月应结案 {due} 件，已结案 {settled} 件，其中按期 {on_time} 件；新上报 {opened} 件。",
    ),
    "sentence_opened": Text(en="{opened} cases were opened.", zh="本月新上报 {opened} 件。"),
    "waiting": Text(
        en="{open} cases are open now, {late} of them late; they are {days} days old on average.",
        zh="目前未结 {open} 件，其中超期 {late} 件，平均已历时 {days} 天。",
    ),
    "nothing_waits": Text(en="No case is open.", zh="目前没有未结案件。"),
}
_UNITS = {"hours": Text(en=" h", zh=" 小时"), "days": Text(en=" d", zh=" 天")}
NOTHING = "–"


def say(key: str, language: str, **values: object) -> str:
    """A word of the bulletin."""
    return WORDS[key].in_language(language).format(**values)


def amount(value: float | None, digits: int = 0) -> str:
    """1,234 or 12.5; a dash for nothing."""
    return NOTHING if value is None else f"{value:,.{digits}f}"


def value_of(measure: Measure, value: float | None, language: str) -> str:
    """A measure as it is read: 93.72%, 12.5 h, 1,234. A share is only 100% or 0% when it is that exactly."""
    if value is None:
        return NOTHING
    match measure.shown:
        case "percent":
            return percent(value)
        case "count":
            return amount(value)
        case _:
            unit = _UNITS.get(measure.shown)
            return amount(value, 2 if unit is None else 1) + (unit.in_language(language) if unit else "")


def percent(value: float) -> str:
    """A share of 1 to a hundredth of a percent."""
    shown = f"{value * 100:.2f}"
    if shown == "100.00" and value < 1:
        shown = "99.99"
    if shown == "0.00" and value > 0:
        shown = "0.01"
    return f"{shown}%"


def change(measure: Measure, now: float | None, before: float | None, language: str) -> str:
    """How a measure moved since, with its sign; shares in points."""
    if now is None or before is None:
        return ""
    moved = now - before
    if measure.shown == "percent":
        return _signed(f"{moved * 100:+.2f}") + (" points" if language == "en" else " 个百分点")
    return _signed(f"{moved:+,.0f}" if measure.shown == "count" else f"{moved:+,.1f}")


def _signed(text: str) -> str:
    return text.replace("-", "\N{MINUS SIGN}")


def month_name(month: date, language: str) -> str:
    """2026年10月 or October 2026."""
    return f"{month:%B %Y}" if language == "en" else f"{month.year}年{month.month}月"


def moment_name(at: datetime | None) -> str:
    """A moment to the minute, in the city's zone."""
    return NOTHING if at is None else f"{at.astimezone(clock.CITY_ZONE):%Y-%m-%d %H:%M}"
