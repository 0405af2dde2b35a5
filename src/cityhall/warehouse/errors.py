"""What can go wrong in the warehouse.

CityhallError
├── NotFound      VersionMissing, FileMissing
├── Invalid       SourceChanged, CountsUnbalanced, DataFileUnusable, SchemaMismatch, UpsertWithoutKey,
│                 KeyRepeats, NameUnusable, ItemUnknown, OperatorUnknown, ValueMismatch, QueryUnusable,
│                 CursorUnusable, MaskUnusable, ItemMasked
├── Conflict      VersionConflict
├── LimitExceeded QueryTooBig, QueryTooLong, QueryTooHungry, SheetTooLong, CellTooLong
├── TooMany       TooManyQueries
└── Unavailable   DiskFull, FileAltered, StorageUnreachable, StorageTaken, QueryProcessLost
"""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound, TooMany, Unavailable
from cityhall.kernel.storing.errors import (
    DiskFull,
    FileAltered,
    FileMissing,
    StorageTaken,
    StorageUnreachable,
)
from cityhall.kernel.text import Text

__all__ = [
    "CellTooLong",
    "CountsUnbalanced",
    "CursorUnusable",
    "DataFileUnusable",
    "DiskFull",
    "FileAltered",
    "FileMissing",
    "ItemMasked",
    "ItemUnknown",
    "KeyRepeats",
    "MaskUnusable",
    "NameUnusable",
    "OperatorUnknown",
    "QueryProcessLost",
    "QueryTooBig",
    "QueryTooHungry",
    "QueryTooLong",
    "QueryUnusable",
    "SchemaMismatch",
    "SheetTooLong",
    "SourceChanged",
    "StorageTaken",
    "StorageUnreachable",
    "TooManyQueries",
    "UpsertWithoutKey",
    "ValueMismatch",
    "VersionConflict",
    "VersionMissing",
]


class VersionMissing(NotFound):
    """The dataset has no such version, or its data has been removed by retention."""

    code = "warehouse.version-missing"
    title = Text(en="There is no such version of the data: {version}", zh="没有这个数据版本：{version}")
    remedy = Text(en="Choose one from the list of versions.", zh="请从版本列表中选择。")


class SourceChanged(Invalid):
    """A file grew, shrank or was replaced while it was being copied."""

    code = "warehouse.source-changed"
    title = Text(en="The file changed while it was read: {file}", zh="读取过程中文件发生了变化：{file}")
    remedy = Text(
        en="Wait until the program that writes it has finished, then send it again. Nothing was loaded.",
        zh="请等写入程序结束后重新提交。本次没有装载任何数据。",
    )


class CountsUnbalanced(Invalid):
    """Rows read are not clean + quarantined + duplicates, or clean rows are not those of the files."""

    code = "warehouse.counts-unbalanced"
    title = Text(en="The row counts do not add up: {counts}", zh="行数不平衡：{counts}")
    remedy = Text(
        en="Nothing was loaded. Run the load again; if it happens twice, report it with the run's page.",
        zh="没有装载任何数据。请重新运行；若再次出现，请附上采集任务页面报告问题。",
    )


class DataFileUnusable(Invalid):
    """A data file is not Parquet, or holds a column type the warehouse does not keep."""

    code = "warehouse.data-file-unusable"
    title = Text(
        en="The data file cannot be used: {file} ({reason})", zh="数据文件无法使用：{file}（{reason}）"
    )
    remedy = Text(
        en="Write plain Parquet with text, integer, decimal, date, time or boolean columns.",
        zh="请写成普通 Parquet，列类型为文本、整数、小数、日期、时间或布尔。",
    )


class SchemaMismatch(Invalid):
    """A column of the new files has another type than declared, or than in the version it is added to."""

    code = "warehouse.schema-mismatch"
    title = Text(
        en="Column {item} has type {found}, expected {expected}",
        zh="列 {item} 的类型是 {found}，应为 {expected}",
    )
    remedy = Text(
        en="The old version keeps serving. Agree the new schema in the catalogue, or load with mode replace.",
        zh="旧版本继续服务。请在目录中确认新的结构，或以替换方式装载。",
    )


class UpsertWithoutKey(Invalid):
    """Mode upsert was asked for and the dataset has no key, or the key is not among the columns."""

    code = "warehouse.upsert-without-key"
    title = Text(en="Updating by key needs a key", zh="按主键更新需要主键")
    remedy = Text(
        en="Name the key items of the dataset in the catalogue, or use mode replace or append.",
        zh="请在目录中指定主键数据项，或改用替换、追加方式。",
    )


class KeyRepeats(Invalid):
    """The same key occurs more than once among the rows of an update."""

    code = "warehouse.key-repeats"
    title = Text(en="{count} keys occur more than once", zh="有 {count} 个主键重复出现")
    remedy = Text(
        en="Send each key once, or correct the key of the dataset.",
        zh="请保证每个主键只出现一次，或更正数据集的主键。",
    )


class NameUnusable(Invalid):
    """A dataset id that cannot be the name of a folder."""

    code = "warehouse.name-unusable"
    title = Text(en="Not usable as a name: {name}", zh="不能用作名称：{name}")
    remedy = Text(
        en="Use letters, digits, - and _, at most 80.", zh="请使用字母、数字、-、_，最多 80 个字符。"
    )


class VersionConflict(Conflict):
    """Somebody else committed a version of this dataset in the meantime."""

    code = "warehouse.version-conflict"
    title = Text(
        en="The data has changed in the meantime (now version {latest})",
        zh="数据在此期间已更新（现为版本 {latest}）",
    )
    remedy = Text(en="Run it again on top of the new version.", zh="请在新版本基础上重新运行。")


class ItemUnknown(Invalid):
    """A query names an item that the version does not have."""

    code = "warehouse.item-unknown"
    title = Text(en="There is no data item {item}", zh="没有数据项 {item}")
    remedy = Text(en="Known items: {known}", zh="可用的数据项：{known}")


class OperatorUnknown(Invalid):
    """A query uses a comparison or an aggregate that does not exist, or not for this type of item."""

    code = "warehouse.operator-unknown"
    title = Text(en="{op} cannot be used on {item}", zh="{item} 不能使用 {op}")
    remedy = Text(en="Usable here: {known}", zh="此处可用：{known}")


class ValueMismatch(Invalid):
    """A value in a query is not of the item's type."""

    code = "warehouse.value-mismatch"
    title = Text(en="{value} is not a value for {item} ({type})", zh="{value} 不是 {item} 的有效值（{type}）")
    remedy = Text(
        en="Write dates as 2026-03-05, moments as 2026-03-05T09:40:00+08:00, numbers with a point.",
        zh="日期写作 2026-03-05，时刻写作 2026-03-05T09:40:00+08:00，数字使用小数点。",
    )


class QueryUnusable(Invalid):
    """A query that does not have the shape the language allows."""

    code = "warehouse.query-unusable"
    title = Text(en="The query cannot be understood: {reason}", zh="无法理解该查询：{reason}")
    remedy = Text(
        en="Compare it with the examples on the dataset's API page.", zh="请对照数据集 API 页面上的示例。"
    )


class CursorUnusable(Invalid):
    """`after` is not a cursor of this query."""

    code = "warehouse.cursor-unusable"
    title = Text(en="The page mark does not belong to this query", zh="分页标记不属于该查询")
    remedy = Text(
        en="Start again from the first page; keep filter and order the same while paging.",
        zh="请从第一页重新开始；翻页时保持筛选和排序不变。",
    )


class MaskUnusable(Invalid):
    """A mask profile that does not exist, or has wrong parameters."""

    code = "warehouse.mask-unusable"
    title = Text(en="The mask {mask} cannot be used", zh="无法使用脱敏方式 {mask}")
    remedy = Text(en="Known masks: {known}", zh="可用的脱敏方式：{known}")


class ItemMasked(Invalid):
    """A query filters, sorts or groups by an item that is shown masked: the answer would give its values away."""

    code = "warehouse.item-masked"
    title = Text(
        en="{item} is shown masked and cannot be searched or sorted by",
        zh="{item} 以脱敏形式展示，不能用于筛选或排序",
    )
    remedy = Text(en="Leave it out of the filter and the order.", zh="请从筛选和排序中去掉该数据项。")


class QueryTooBig(LimitExceeded):
    """Too many conditions, values or rows asked for."""

    code = "warehouse.query-too-big"
    title = Text(
        en="The query asks for too much: {what} (at most {limit})", zh="查询超出限制：{what}（最多 {limit}）"
    )
    remedy = Text(
        en="Ask for less at once, or download the whole dataset.",
        zh="请减少单次请求的内容，或下载整个数据集。",
    )


class QueryTooLong(LimitExceeded):
    """A query was stopped at its time limit."""

    code = "warehouse.query-too-long"
    title = Text(
        en="The query took longer than {seconds} s and was stopped", zh="查询超过 {seconds} 秒，已停止"
    )
    remedy = Text(
        en="Narrow the filter, or download the whole dataset.", zh="请缩小筛选范围，或下载整个数据集。"
    )


class QueryTooHungry(LimitExceeded):
    """A query was stopped at its memory limit."""

    code = "warehouse.query-too-hungry"
    title = Text(en="The query needs more memory than it may use", zh="查询所需内存超过限制")
    remedy = Text(en="Narrow the filter, or group by fewer items.", zh="请缩小筛选范围，或减少分组数据项。")


class TooManyQueries(TooMany):
    """All places for heavy queries were taken for as long as the query could wait."""

    code = "warehouse.too-many-queries"
    title = Text(
        en="Too many heavy queries are running at once (at most {most})",
        zh="同时运行的大型查询过多（最多 {most} 个）",
    )
    remedy = Text(en="Ask again in a moment, or narrow the filter.", zh="请稍后再试，或缩小筛选范围。")


class QueryProcessLost(Unavailable):
    """The process for heavy queries could not be started, or could not run the query."""

    code = "warehouse.query-process-lost"
    title = Text(en="The process for heavy queries failed: {reason}", zh="大型查询进程出错：{reason}")
    remedy = Text(
        en="Ask again; if it keeps failing, the operator finds the cause in the logs.",
        zh="请重试；若持续失败，请运维人员查看日志。",
    )


class SheetTooLong(LimitExceeded):
    """More rows than a worksheet can hold."""

    code = "warehouse.sheet-too-long"
    title = Text(
        en="{rows} rows do not fit into a worksheet (at most {limit})",
        zh="{rows} 行超出工作表容量（最多 {limit} 行）",
    )
    remedy = Text(en="Download CSV or Parquet instead.", zh="请改为下载 CSV 或 Parquet。")


class CellTooLong(LimitExceeded):
    """A text longer than a cell of a worksheet can hold."""

    code = "warehouse.cell-too-long"
    title = Text(
        en="Line {line} holds a text longer than a cell may be ({limit})",
        zh="第 {line} 行的文本超出单元格长度上限（{limit}）",
    )
    remedy = Text(en="Download CSV or Parquet instead.", zh="请改为下载 CSV 或 Parquet。")
