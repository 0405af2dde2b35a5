"""What can go wrong with reports, findings and the quarantine."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "QuarantineEmpty",
    "ReasonMissing",
    "ReportSuperseded",
    "ReportUnknown",
    "SheetFormatUnknown",
]


class ReportUnknown(NotFound):
    """No quality report has this id, run or version."""

    code = "cleaning.report_unknown"
    title = Text(en="There is no quality report {report}", zh="没有质量报告 {report}")
    remedy = Text(en="Look it up on the dataset's quality page.", zh="请在数据集的质量页面查找。")


class QuarantineEmpty(NotFound):
    """The report put no row aside."""

    code = "cleaning.quarantine_empty"
    title = Text(en="No row of this report is in quarantine", zh="该报告没有隔离的行")
    remedy = Text(en="Nothing needs to be done.", zh="无需操作。")


class ReportSuperseded(Conflict):
    """A whole new delivery has taken the report's place."""

    code = "cleaning.report_superseded"
    title = Text(en="A newer delivery has replaced these rows", zh="这些行已被新的报送替换")
    remedy = Text(en="Correct the rows of the newest report.", zh="请整改最新报告中的行。")


class ReasonMissing(Invalid):
    """A dismissal needs a reason."""

    code = "cleaning.reason_missing"
    title = Text(en="No reason was given", zh="没有填写理由")
    remedy = Text(en="Say why these rows need no correction.", zh="请说明这些行为何无需整改。")


class SheetFormatUnknown(Invalid):
    """Bad rows can be had as CSV or XLSX."""

    code = "cleaning.sheet_format_unknown"
    title = Text(en="Bad rows cannot be written as {format}", zh="问题行不能输出为 {format}")
    remedy = Text(en="Choose csv or xlsx.", zh="请选择 csv 或 xlsx。")
