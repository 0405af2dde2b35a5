"""What can go wrong with histories that are taken in; part of the room's errors.

Invalid       MappingRefused, HistoryUnreadable; of a row: NothingHappened, NumberMissing
Conflict      NumberTaken
LimitExceeded TooManyEvents
"""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded
from cityhall.kernel.text import Text


class MappingRefused(Invalid):
    """A mapping file that does not fit the type or the data."""

    code = "cases.mapping_refused"
    title = Text(en="The mapping {file} cannot be used", zh="映射文件 {file} 不可用")
    remedy = Text(en="Mend it: {why}", zh="请改正：{why}")


class HistoryUnreadable(Invalid):
    """A file of history that is not what its name says."""

    code = "cases.history_unreadable"
    title = Text(en="{file} cannot be read", zh="无法读取 {file}")
    remedy = Text(
        en="Export it anew, or mend it. What was found: {why}",
        zh="请重新导出，或修正文件。具体问题：{why}",
    )


class NumberTaken(Conflict):
    """A row of a history has the number of another case."""

    code = "cases.number_taken"
    title = Text(en="Another case has this number already", zh="该编号已被其他案件使用")
    remedy = Text(
        en="Keep the row that holds, or give the other its own number", zh="请保留有效的一行，或另编号"
    )


class NumberMissing(Invalid):
    """A row of a history without a number that a case can have."""

    code = "cases.number_missing"
    title = Text(
        en="The row has no number, or one of more than 40 characters", zh="该行没有编号，或编号超过 40 个字符"
    )
    remedy = Text(en="Number it", zh="请补充编号")


class NothingHappened(Invalid):
    """A row of a history in which no step of the mapping has a moment."""

    code = "cases.nothing_happened"
    title = Text(en="No step has a date in this row", zh="该行没有任何步骤的时间")
    remedy = Text(en="Check the dates, and `when` in the mapping", zh="请核对时间以及映射中的 when")


class TooManyEvents(LimitExceeded):
    """A case of a history with more events than one may have."""

    code = "cases.too_many_events"
    title = Text(en="The case has too many events", zh="案件的操作过多")
    remedy = Text(en="Check whether several cases share the number", zh="请核对是否有多个案件共用编号")
