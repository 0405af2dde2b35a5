"""Every component of the pages with real text, in the reader's language: to look at, and to build new pages from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cityhall.kernel import clock
from cityhall.kernel.text import Text
from cityhall.opening.queries import Chart, Mark, Point, SmallMap
from cityhall.web.formatting import number
from cityhall.web.pages.area_maps import Area, AreaPicture, AreaShown, ToneShown
from cityhall.web.pages.dataset_charts import ChartView, MapView, chart_view, map_view
from cityhall.web.pages.lines import Line, Paging
from cityhall.web.rendering import show
from cityhall.web.words import say

COLOURS = (
    ("paper", "surface", "ink", "ink-soft", "line"),
    ("celadon", "celadon-deep", "celadon-wash", "persimmon", "persimmon-wash"),
    ("amber", "amber-wash", "sky", "sky-wash"),
    ("plum", "clay", "slate", "track"),
)
DIMENSIONS = (
    ("completeness", 0.998),
    ("validity", 0.941),
    ("uniqueness", 1.0),
    ("consistency", 0.986),
    ("timeliness", 0.72),
    ("accuracy", None),
)
MONTHS = (40, 105, 79, 53, 118, 92, 66, 40, 105, 79, 53, 118)
DISTRICTS = (("East Lake", "东湖区", 38), ("West Brook", "西溪区", 19), ("Pine Wind", "松风县", 7))
FEES = ((0, 3), (10, 14), (20, 31), (30, 22), (40, 9), (50, 2))
TREND = tuple(
    (f"v{number}", share) for number, share in enumerate((0.91, 0.93, 0.928, 0.967, 0.981), start=1)
)
LIGHTS = ("done", "done", "failed", "done", "decision_needed", "done", "done", "cancelled", "done", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePage:
    """The samples; every component appears once."""

    colours: tuple[tuple[str, ...], ...]
    dimensions: tuple[tuple[str, float | None], ...]
    trend: tuple[tuple[str, float | None], ...]
    lights: tuple[str, ...]
    charts: tuple[ChartView, ...]
    map: MapView
    areas: AreaPicture
    entries: tuple[Line, ...]
    paging: Paging


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The components, each once."""
    page = StylePage(
        colours=COLOURS,
        dimensions=DIMENSIONS,
        trend=TREND,
        lights=LIGHTS,
        charts=tuple(chart_view(number, one) for number, one in enumerate(_charts(), start=1)),
        map=map_view(_map()),
        areas=_areas(),
        entries=_entries(),
        paging=Paging(previous="?", next="?", words="2 / 5"),
    )
    return show(request, "pages/styleguide.html", page)


def _areas() -> AreaPicture:
    """Six made-up areas, one of them without data."""
    shown = []
    for at, (value, tone) in enumerate(((120, 1), (340, 2), (None, 0), (560, 3), (780, 4), (990, 5))):
        x, y, told = 20 + at % 3 * 320, 20 + at // 3 * 240, "" if value is None else number(value)
        area = Area(str(at), f"{'ABCDEF'[at]}区", value, told, told or say("areas.no_data"))
        shown.append(
            AreaShown(area, f"M{x} {y}l290 20 20 190-300 10z", tone, x + 150, y + 110, area.name, "all")
        )
    tones = tuple(
        ToneShown(one.tone, one.area.figure, one.area.figure)
        for one in sorted(shown, key=lambda one: one.tone)
        if one.tone
    )
    return AreaPicture(1000, 500, tuple(shown), tones, True, (say("style.title"),))


def _charts() -> tuple[Chart, ...]:
    months = tuple(
        Point(Text(en=f"2025-{month:02d}", zh=f"2025年{month}月"), rows)
        for month, rows in enumerate(MONTHS, start=1)
    )
    ranges = tuple(Point(Text(en=f"{low} – {low + 10}", zh=f"{low}–{low + 10}"), rows) for low, rows in FEES)
    return (
        Chart(
            kind="line", item="day", points=months, rest=0, query='SELECT date_trunc(\'month\', "day"), count(*) …',
            title=Text(en="Permits: rows by month", zh="许可：按月的行数"),
            sentence=Text(en="Most rows are of May 2025.", zh="2025年5月最多。"),
        ),
        Chart(
            kind="bars", item="district", rest=4, query='SELECT "district", count(*) …',
            points=tuple(Point(Text(en=en, zh=zh), rows) for en, zh, rows in DISTRICTS),
            title=Text(en="Rows by district", zh="各区县的行数"),
            sentence=Text(en="East Lake has the most: 38 of 68 rows (55.9%).", zh="东湖区最多：68 行中的 38 行（55.9%）。"),
        ),
        Chart(
            kind="histogram", item="fee", points=ranges, rest=0, query='SELECT floor("fee" / 10) * 10, count(*) …',
            title=Text(en="Fee: distribution", zh="收费的分布"),
            sentence=Text(en="Values between 20 and 30 are the most frequent.", zh="20–30 之间最多。"),
        ),
    )  # fmt: skip


def _map() -> SmallMap:
    marks = tuple(
        Mark(120.6 + 0.013 * (at * 7 % 19), 27.95 + 0.011 * (at * 5 % 17), 1 + at * at % 23)
        for at in range(40)
    )
    return SmallMap(
        marks=marks, box=(120.6, 27.95, 120.85, 28.13), total=sum(one.rows for one in marks), system="wgs84"
    )


def _entries() -> tuple[Line, ...]:
    agency = Text(en="Parks Bureau", zh="市园林局")
    shown = (
        ("City parks", "城市公园名录", "Where the parks are, how big, and when they opened.", "全市公园的位置、面积和建成日期。",
         "published", "unconditional", 1, 12_345),
        ("Tree inspections", "古树巡查记录", "Every inspection of a protected tree.", "古树名木的逐次巡查。",
         "published", "restricted", 2, 861),
        ("Staff rota", "养护人员排班", "Who works where.", "养护人员的班次。", "draft", "forbidden", 3, None),
    )  # fmt: skip
    return tuple(
        Line(
            id="parks", title=Text(en=title, zh=title_zh), abstract=Text(en=text, zh=text_zh), agency=agency, state=state,
            opening_class=kind, level=level, updated=clock.now() - timedelta(days=number), rows=rows,
        )
        for number, (title, title_zh, text, text_zh, state, kind, level, rows) in enumerate(shown)
    )  # fmt: skip
