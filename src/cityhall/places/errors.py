"""What can go wrong in places."""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, NotAllowed, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "DivisionCodeWrong",
    "DivisionUnknown",
    "GridRefused",
    "GridTooFine",
    "GridUnreadable",
    "LoadNotAllowed",
    "ShapeUnknown",
    "ShapesRefused",
    "ShapesTooBig",
    "ShapesUnknown",
    "ShapesUnreadable",
    "SourceShapeUnknown",
    "SourceUnreadable",
]


class SourceUnreadable(Invalid):
    """The file is not there, or is not text in UTF-8."""

    code = "places.source_unreadable"
    title = Text(en="{source} cannot be read", zh="无法读取 {source}")
    remedy = Text(
        en="Give the path of a CSV or JSON file in UTF-8 (also gzipped), or the word “bundled”.",
        zh="请提供 UTF-8 编码的 CSV 或 JSON 文件路径（可为 gzip 压缩），或使用“bundled”。",
    )


class SourceShapeUnknown(Invalid):
    """The file is none of the shapes that divisions are published in."""

    code = "places.source_shape_unknown"
    title = Text(en="{source} does not look like a list of divisions", zh="{source} 不像是行政区划列表")
    remedy = Text(
        en="A CSV needs the columns code and name; a JSON file is an object of code and name, "
        "or of code and the list of its successors.",
        zh="CSV 需要 code 和 name 两列；JSON 应为“代码：名称”或“代码：后继代码列表”的对象。",
    )


class DivisionCodeWrong(Invalid):
    """A code is 2, 4, 6, 9 or 12 digits."""

    code = "places.division_code_wrong"
    title = Text(en="“{text}” in line {line} is not a division code", zh="第 {line} 行的“{text}”不是区划代码")
    remedy = Text(
        en="Codes have 2, 4, 6, 9 or 12 digits (GB/T 2260, GB/T 10114); nothing was loaded.",
        zh="区划代码应为 2、4、6、9 或 12 位数字（GB/T 2260、GB/T 10114）；未加载任何数据。",
    )


class LoadNotAllowed(NotAllowed):
    """Divisions are everybody's: only operators load them."""

    code = "places.load_not_allowed"
    title = Text(en="Only an operator may load divisions", zh="只有运营员可以加载行政区划")
    remedy = Text(en="Ask an operator of the data bureau.", zh="请联系数据局运营员。")


class DivisionUnknown(NotFound):
    """No division ever had this code."""

    code = "places.division_unknown"
    title = Text(en="There is no division {division}", zh="没有区划 {division}")
    remedy = Text(en="Check the code, or load a newer list.", zh="请核对代码，或加载更新的列表。")


class GridUnreadable(Invalid):
    """The file is no GeoJSON of areas."""

    code = "places.grid_unreadable"
    title = Text(en="{source} cannot be read as areas", zh="无法将 {source} 读取为网格面")
    remedy = Text(
        en="Give a GeoJSON FeatureCollection (RFC 7946, WGS-84) of polygons with the property code, up to 500,000 of them.",
        zh="请提供 GeoJSON FeatureCollection（RFC 7946，WGS-84），每个面带 code 属性，最多 50 万个。",
    )


class GridRefused(Invalid):
    """Areas with mistakes do not become part of the grid: all of the file or nothing."""

    code = "places.grid_refused"
    title = Text(en="{source} has {count} mistakes", zh="{source} 有 {count} 处错误")
    remedy = Text(
        en="Mend them and import again; `cityhall grid check` lists all: {problems}",
        zh="请改正后重新导入；`cityhall grid check` 列出全部：{problems}",
    )


class GridTooFine(Invalid):
    """More cells than an area's serials can number."""

    code = "places.grid_too_fine"
    title = Text(en="{area} would need {cells} cells", zh="{area} 需要 {cells} 个单元网格")
    remedy = Text(
        en="Their serials end at {most}: give smaller areas (communities), larger cells, or serials of three digits.",
        zh="顺序码最大为 {most}：请按社区划分边界、增大网格，或使用三位顺序码。",
    )


class ShapesUnreadable(Invalid):
    """The file is no GeoJSON of areas."""

    code = "places.shapes_unreadable"
    title = Text(
        en="{source} cannot be read as shapes of divisions: {why}", zh="无法将 {source} 读取为区划边界：{why}"
    )
    remedy = Text(
        en="Give GeoJSON in UTF-8 (also gzipped) with polygons in degrees: WGS-84, GCJ-02 or BD-09.",
        zh="请提供 UTF-8 编码的 GeoJSON（可为 gzip 压缩），面坐标为经纬度：WGS-84、GCJ-02 或 BD-09。",
    )


class ShapesTooBig(Invalid):
    """More than a file of shapes ever needs."""

    code = "places.shapes_too_big"
    title = Text(en="{source} is larger than {limit}", zh="{source} 超过上限 {limit}")
    remedy = Text(en="Split it by province, or simplify it before.", zh="请按省拆分，或先行简化。")


class ShapesRefused(Invalid):
    """Shapes with mistakes are not kept: all of the files or nothing."""

    code = "places.shapes_refused"
    title = Text(
        en="{source} has {count} shapes that cannot be used", zh="{source} 有 {count} 个边界无法使用"
    )
    remedy = Text(en="Mend them and import again: {problems}", zh="请改正后重新导入：{problems}")


class ShapesUnknown(Invalid):
    """No feature belongs to a division that is known."""

    code = "places.shapes_unknown"
    title = Text(en="No division in {source} is known", zh="{source} 中没有已知的区划")
    remedy = Text(
        en="Load divisions first (`cityhall places load`), or say which properties hold codes and names. Found: {found}",
        zh="请先加载行政区划（`cityhall places load`），或指明代码和名称所在的属性。文件中有：{found}",
    )


class ShapeUnknown(NotFound):
    """A division without a shape."""

    code = "places.shape_unknown"
    title = Text(en="There is no shape of {division}", zh="没有 {division} 的边界")
    remedy = Text(
        en="`cityhall places shapes --list` shows what there is and what is missing.",
        zh="`cityhall places shapes --list` 列出已有和缺少的边界。",
    )
