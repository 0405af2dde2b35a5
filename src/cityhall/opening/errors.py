"""What can go wrong when data is asked for.

CityhallError
├── NotFound    DatasetHidden, ExportUnknown, FeatureUnknown, NoPlace, NoVersionYet
├── NotAllowed  NothingOpen, ItemHidden, LinkRefused
├── Invalid     FormatUnknown, ExportNotPossible
├── LimitExceeded PlaceTooDeep
├── TooMany     QuotaSpent, TooManyWaiting
└── Conflict    ExportNotReady
"""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotAllowed, NotFound, TooMany
from cityhall.kernel.text import Text
from cityhall.opening.talking.errors import (
    AccountHoldsOffice,
    AccountNeeded,
    AddressNotWeb,
    AnsweredAlready,
    CommentUnknown,
    EndPassed,
    NothingToOpen,
    NotOnRequest,
    RequestUnknown,
    ReuseUnknown,
    RowNotFound,
    SaidAlready,
    TextMissing,
    TextTooLong,
    TooMuchWritten,
)

__all__ = [
    "AccountHoldsOffice",
    "AccountNeeded",
    "AddressNotWeb",
    "AnsweredAlready",
    "CommentUnknown",
    "DatasetHidden",
    "EndPassed",
    "ExportNotPossible",
    "ExportNotReady",
    "ExportUnknown",
    "FeatureUnknown",
    "FormatUnknown",
    "ItemHidden",
    "LinkRefused",
    "NoPlace",
    "NoPlaces",
    "NoVersionYet",
    "NotOnRequest",
    "NothingOpen",
    "NothingToOpen",
    "PlaceTooDeep",
    "QuotaSpent",
    "RequestUnknown",
    "ReuseUnknown",
    "RowNotFound",
    "SaidAlready",
    "TextMissing",
    "TextTooLong",
    "TooManyWaiting",
    "TooMuchWritten",
]


class DatasetHidden(NotFound):
    """The dataset does not exist, or is a draft the actor must not know of; the two cannot be told apart."""

    code = "opening.dataset_unknown"
    title = Text(en="There is no such dataset", zh="没有这个数据集")
    remedy = Text(
        en="Look for it in the catalogue; if it is a draft of your agency, sign in first.",
        zh="请在目录中查找；若为本机构的草稿，请先登录。",
    )


class NothingOpen(NotAllowed):
    """The dataset is listed, but none of its values may be shown to the actor."""

    code = "opening.nothing_open"
    title = Text(en="The values of this dataset are not open to you", zh="该数据集的数据不对您开放")
    remedy = Text(
        en="The dataset's page gives the reason for each item and the agency to ask.",
        zh="数据集页面列出了每个数据项的原因，以及可以咨询的机构。",
    )


class ItemHidden(NotAllowed):
    """A query names an item whose values the actor may not see, in any role: shown, filtered, sorted, counted."""

    code = "opening.item_hidden"
    title = Text(en="The item {item} is not open to you", zh="数据项 {item} 不对您开放")
    remedy = Text(
        en="Leave it out of the selection, the filter, the order and the groups.",
        zh="请从选择、筛选、排序和分组中去掉该数据项。",
    )


class NoPlaces(NotFound):
    """A map was asked for of rows that have no place, or one that may not be shown."""

    code = "opening.no_places"
    title = Text(en="This dataset has no places to show on a map", zh="该数据集没有可在地图上展示的位置")
    remedy = Text(
        en="Its page shows the data as tables and charts. A map that is still being prepared appears in a minute.",
        zh="数据集页面有表格和图表；若地图正在生成，请稍后再试。",
    )


class NoVersionYet(NotFound):
    """The dataset is described, but no data has been loaded."""

    code = "opening.no_version"
    title = Text(en="This dataset has no data yet", zh="该数据集尚无数据")
    remedy = Text(en="Come back after the agency's first delivery.", zh="请在机构首次提供数据后再来。")


class NoPlace(NotFound):
    """A dataset was asked for as features, but no item that is open to the actor says where its rows are."""

    code = "opening.no_place"
    title = Text(en="The rows of this dataset have no place open to you", zh="该数据集没有对您开放的位置信息")
    remedy = Text(
        en="Read it as rows; the list of collections holds the datasets with a place.",
        zh="请用行接口读取；带有位置的数据集见要素集合列表。",
    )


class FeatureUnknown(NotFound):
    """No feature of the dataset has this id."""

    code = "opening.feature_unknown"
    title = Text(en="There is no such feature", zh="没有这个要素")
    remedy = Text(
        en="Take ids from the list of features; a row without a key is known by its place in one version.",
        zh="请使用要素列表给出的标识；没有主键的行以其在某一版本中的位置为标识。",
    )


class FormatUnknown(Invalid):
    """A download format that does not exist."""

    code = "opening.format_unknown"
    title = Text(en="There is no download format {format}", zh="没有下载格式 {format}")
    remedy = Text(en="Use one of: {known}", zh="可用格式：{known}")


class ExportNotPossible(Invalid):
    """The dataset cannot be written in the format asked for."""

    code = "opening.export_not_possible"
    title = Text(en="This dataset cannot be written as {format}", zh="该数据集无法导出为 {format}")
    remedy = Text(
        en="GeoJSON needs coordinates or a geometry that is open to you; choose another format.",
        zh="GeoJSON 需要对您开放的坐标或几何数据项；请选择其他格式。",
    )


class ExportUnknown(NotFound):
    """No finished or requested file has this id."""

    code = "opening.export_unknown"
    title = Text(en="There is no such file", zh="没有这个文件")
    remedy = Text(en="Ask for the download again on the dataset's page.", zh="请在数据集页面重新下载。")


class ExportNotReady(Conflict):
    """The file is still being written."""

    code = "opening.export_not_ready"
    title = Text(en="The file is still being prepared", zh="文件仍在准备中")
    remedy = Text(en="Open the same address again in a moment.", zh="请稍后再打开同一地址。")


class QuotaSpent(TooMany):
    """More calls in a minute or a day than somebody with or without a key may make."""

    code = "opening.quota_spent"
    title = Text(en="The limit of {limit} calls is reached", zh="已达到 {limit} 次调用的上限")
    remedy = Text(
        en="Ask again in {seconds} seconds. A key gives higher limits; whole datasets are best fetched as files.",
        zh="请在 {seconds} 秒后重试。使用密钥可提高上限；获取整个数据集请下载文件。",
    )


class PlaceTooDeep(LimitExceeded):
    """Rows were asked for by counting to a place that only reading everything before it could find."""

    code = "opening.place_too_deep"
    title = Text(
        en="Row {place} of a filtered or sorted answer is too deep", zh="筛选或排序结果的第 {place} 行过深"
    )
    remedy = Text(
        en="Read on from the beginning slice by slice, narrow the filter, or page the row API with `next`; "
        "at most {most} rows are skipped at once.",
        zh="请从头逐段读取、缩小筛选范围，或用行接口的 next 翻页；一次最多跳过 {most} 行。",
    )


class TooManyWaiting(TooMany):
    """So many files are waiting to be written that the next must come later."""

    code = "opening.too_many_waiting"
    title = Text(en="{most} files are waiting to be written", zh="已有 {most} 个文件在排队生成")
    remedy = Text(
        en="Ask again in a few minutes; what is written already can be fetched at once.",
        zh="请几分钟后再试；已生成的文件可立即下载。",
    )


class LinkRefused(NotAllowed):
    """A download link that was altered, or is older than its time."""

    code = "opening.link_refused"
    title = Text(en="This download link is no longer valid", zh="下载链接已失效")
    remedy = Text(
        en="Links are valid for a limited time. Open the dataset's page and download again.",
        zh="链接有有效期。请打开数据集页面重新下载。",
    )
