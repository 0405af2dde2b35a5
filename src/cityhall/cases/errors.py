"""What can go wrong with cases.

NotFound     CaseUnknown, TypeUnknown, CalendarUnknown, AttachmentUnknown, BatchUnknown, EvaluationUnknown
NotAllowed   RoleMissing, FieldOfOthers
Invalid      DeclarationRefused, FileRefused, MeasureUnknown, MonthRefused, PageMarkWrong, PositionOutside
└── ActRefused   an act outside the rules: the reasons in `folding.checking.REASONS`
(answers)    EntryUnknown, EntryWrong, EntriesRefused, ReplyTellsOfSomebody, in `answering.errors`
(histories)  MappingRefused, HistoryUnreadable, NothingHappened, NumberMissing…, in `importing.errors`
Conflict     StaleCase, VersionExists
TooMany      ReportsTooFast
LimitExceeded FileTooBig, TooManyFiles
Unavailable  FilesWaiting, ScannerSilent, StorageFull
"""

from __future__ import annotations

from cityhall.cases.answering.errors import EntriesRefused as EntriesRefused
from cityhall.cases.answering.errors import EntryUnknown as EntryUnknown
from cityhall.cases.answering.errors import EntryWrong as EntryWrong
from cityhall.cases.answering.errors import ReplyTellsOfSomebody as ReplyTellsOfSomebody
from cityhall.cases.importing.errors import HistoryUnreadable as HistoryUnreadable
from cityhall.cases.importing.errors import MappingRefused as MappingRefused
from cityhall.cases.importing.errors import NothingHappened as NothingHappened
from cityhall.cases.importing.errors import NumberMissing as NumberMissing
from cityhall.cases.importing.errors import NumberTaken as NumberTaken
from cityhall.cases.importing.errors import TooManyEvents as TooManyEvents
from cityhall.kernel.errors import (
    Conflict,
    Invalid,
    LimitExceeded,
    NotAllowed,
    NotFound,
    TooMany,
    Unavailable,
)
from cityhall.kernel.text import Text


class CaseUnknown(NotFound):
    """No case has this number, or the code does not fit it; which of both is not told."""

    code = "cases.case_unknown"
    title = Text(en="There is no case {case} with this code", zh="没有编号为 {case} 且查询码相符的案件")
    remedy = Text(en="Compare number and code with the receipt", zh="请核对回执上的编号和查询码")


class TypeUnknown(NotFound):
    """No type of case has this name."""

    code = "cases.type_unknown"
    title = Text(en="There is no type of case named {type}", zh="没有名为 {type} 的案件类型")
    remedy = Text(en="Install it: cityhall cases install FILE", zh="请先安装：cityhall cases install 文件")


class CalendarUnknown(NotFound):
    """No calendar has this name."""

    code = "cases.calendar_unknown"
    title = Text(en="There is no calendar named {calendar}", zh="没有名为 {calendar} 的工作日历")
    remedy = Text(en="Load it: cityhall cases calendar FILE", zh="请先载入：cityhall cases calendar 文件")


class AttachmentUnknown(NotFound):
    """No attachment of the case has this id, or it must not be seen."""

    code = "cases.attachment_unknown"
    title = Text(en="There is no attachment {attachment}", zh="没有附件 {attachment}")
    remedy = Text(en="Open it from the case's page", zh="请从案件页面打开")


class RoleMissing(NotAllowed):
    """The actor holds none of the roles that may do this act on this case."""

    code = "cases.role_missing"
    title = Text(en="You may not do this: {act}", zh="您无权执行此操作：{act}")
    remedy = Text(en="It is for: {roles}", zh="此操作由以下角色执行：{roles}")


class FieldOfOthers(NotAllowed):
    """A value for a field that others fill."""

    code = "cases.field_of_others"
    title = Text(en="You do not fill in: {field}", zh="此项不由您填写：{field}")
    remedy = Text(
        en="Leave it out. It is filled in by: {roles}", zh="请勿提交此项，它由以下角色填写：{roles}"
    )


class DeclarationRefused(Invalid):
    """A declaration with mistakes is not installed."""

    code = "cases.declaration_refused"
    title = Text(en="{file} has {count} mistakes", zh="{file} 有 {count} 处错误")
    remedy = Text(en="Mend and install again: {problems}", zh="请改正后重新安装：{problems}")


class CalendarRefused(Invalid):
    """A calendar that cannot be read."""

    code = "cases.calendar_refused"
    title = Text(en="The calendar in {file} cannot be used", zh="{file} 中的日历不可用")
    remedy = Text(en="Mend it: {why}", zh="请改正：{why}")


class VersionExists(Conflict):
    """A version once installed is never changed."""

    code = "cases.version_exists"
    title = Text(
        en="Version {version} of {type} is installed with other content",
        zh="{type} 第 {version} 版已安装且内容不同",
    )
    remedy = Text(en="Give the changed declaration a higher version", zh="请提高修改后声明的版本号")


class NoWayToMove(Invalid):
    """The new version does not say where a state went."""

    code = "cases.no_way_to_move"
    title = Text(
        en="Version {version} does not say what became of the state {state}",
        zh="第 {version} 版未说明原状态 {state} 对应什么",
    )
    remedy = Text(en="Add it to migrate: of the new version", zh="请在新版的 migrate 中补充")


class StaleCase(Conflict):
    """Somebody acted in between."""

    code = "cases.stale"
    title = Text(en="Case {case} has changed since you looked", zh="案件 {case} 在您查看后已有变化")
    remedy = Text(en="Look at it again, then decide", zh="请刷新后再操作")


class ReportsTooFast(TooMany):
    """One address or person reports faster than anybody can."""

    code = "cases.reports_too_fast"
    title = Text(en="Too many reports from here in a short time", zh="短时间内上报过多")
    remedy = Text(
        en="Wait {minutes} minutes; by phone it works at once", zh="请等待 {minutes} 分钟；电话可立即受理"
    )


class FileRefused(Invalid):
    """An upload whose content is not of an accepted kind, or not what its name says."""

    code = "cases.file_refused"
    title = Text(en="{name} is not accepted: {why_en}", zh="{name} 不能上传：{why_zh}")
    remedy = Text(en="Send one of: {kinds}", zh="可上传：{kinds}")


class AddressWrong(Invalid):
    """What a reporter left to be written to is no e-mail address."""

    code = "cases.address_wrong"
    title = Text(en="{email} is not an e-mail address", zh="{email} 不是有效的电子邮箱")
    remedy = Text(en="Write one address, or leave the field empty", zh="请填写一个邮箱地址，或留空")


class FileTooBig(LimitExceeded):
    """An upload above the limit."""

    code = "cases.file_too_big"
    title = Text(en="{name} is larger than {megabytes} MB", zh="{name} 超过 {megabytes} MB")
    remedy = Text(en="Make it smaller, or send it in parts", zh="请压缩或分开上传")


class TooManyFiles(LimitExceeded):
    """More files than one case holds, or than one address may add in a day."""

    code = "cases.too_many_files"
    title = Text(en="There are {most} files already", zh="附件已达 {most} 个上限")
    remedy = Text(en="Put several pages into one file", zh="请将多页合并为一个文件")


class StorageFull(Unavailable):
    """The disk has no room for files; everything else goes on."""

    code = "cases.storage_full"
    title = Text(en="There is no room for files at the moment", zh="暂时没有存放附件的空间")
    remedy = Text(en="Send it without the file; the operator is told", zh="可先不带附件提交，运营员会处理")


class ScannerSilent(Unavailable):
    """The scanner that the operator named gives no answer; nothing is taken unseen."""

    code = "cases.scanner_silent"
    title = Text(en="Files cannot be checked for harm at the moment", zh="暂时无法对附件进行安全扫描")
    remedy = Text(en="Send it without the file, or try again later", zh="可先不带附件提交，或稍后再试")


class FilesWaiting(Unavailable):
    """So many files wait to be opened that another would hold up the pages."""

    code = "cases.files_waiting"
    title = Text(en="Other files are being checked", zh="其他附件正在检查中")
    remedy = Text(en="Send the file again in a moment", zh="请稍后重新上传该附件")


class PositionOutside(Invalid):
    """A position outside the city."""

    code = "cases.position_outside"
    title = Text(en="The position {position} lies outside the city", zh="位置 {position} 不在本市范围内")
    remedy = Text(
        en="Move the mark into the city, or describe the place", zh="请把标记移到市内，或用文字描述地点"
    )


class TooManyCheckIns(LimitExceeded):
    """More check-ins at once than a phone gathers in a week."""

    code = "cases.too_many_check_ins"
    title = Text(en="Too many check-ins at once", zh="一次提交的打卡过多")
    remedy = Text(en="Send at most {most} at a time", zh="每次最多提交 {most} 条")


class PageMarkWrong(Invalid):
    """A mark that no page of a list has answered."""

    code = "cases.page_mark_wrong"
    title = Text(en="The mark of the page is not one of ours", zh="翻页标记无效")
    remedy = Text(en="Start again from the first page", zh="请从第一页重新开始")


class EvaluationUnknown(NotFound):
    """No scheme compares these, or none was in force on the period's last day."""

    code = "cases.evaluation_unknown"
    title = Text(
        en="{type}: no evaluation by {of} was in force on {day}",
        zh="{type}：{day} 没有按 {of} 的有效评价方案",
    )
    remedy = Text(
        en="Choose a period in which one was, or declare it", zh="请选择有评价方案的时段，或在类型声明中补充"
    )


class MonthRefused(Invalid):
    """A bulletin is about a month that has begun, and for everybody about one that is over."""

    code = "cases.month_refused"
    title = Text(en="There is no bulletin for {month}", zh="{month} 没有月报")
    remedy = Text(
        en="Name a month that is over, as 2026-10; the running one is for those who work on cases",
        zh="请指定已结束的月份，例如 2026-10；当月月报仅供办案人员查看",
    )


class MeasureUnknown(Invalid):
    """A measure, a dimension or a period that does not exist."""

    code = "cases.measure_unknown"
    title = Text(en="There is no {what} named {name}", zh="没有名为 {name} 的指标、维度或期间（{what}）")
    remedy = Text(en="Known are: {known}", zh="可用：{known}")


# ---- an act outside the rules ----


class ActRefused(Invalid):
    """Base of everything that the table of a type refuses."""


class MomentOutside(ActRefused):
    """A moment that no calendar reaches."""

    code = "cases.moment_outside"
    title = Text(
        en="{act}: a date cannot be read, or lies outside the years 1990 to 2060",
        zh="{act}：日期无法识别，或超出 1990–2060 年",
    )
    remedy = Text(
        en="Check the date (in an import, also `times` of the mapping)",
        zh="请核对日期；导入时请核对映射中的 times",
    )


class OutOfOrder(ActRefused):
    """An act dated before the one that came before it."""

    code = "cases.out_of_order"
    title = Text(en="{act} is dated before the act before it", zh="{act} 的时间早于前一操作")
    remedy = Text(en="Check the times", zh="请核对时间")


class ActUnknown(ActRefused):
    """The type has no such act."""

    code = "cases.act_unknown"
    title = Text(en="There is no act {act}", zh="没有操作 {act}")
    remedy = Text(en="Choose one of those offered", zh="请选择所列操作")


class ForcedFirst(ActRefused):
    """After a bad rating, the forced act comes before anything else."""

    code = "cases.forced_first"
    title = Text(en="{act} must wait: a bad rating is answered first", zh="不能执行 {act}：须先处理差评整改")
    remedy = Text(en="Let the rectification begin", zh="请先启动整改")


class OutOfTurn(ActRefused):
    """The act cannot be done where the case stands."""

    code = "cases.out_of_turn"
    title = Text(en="{act} cannot be done where the case stands", zh="案件当前状态不能执行 {act}")
    remedy = Text(en="Look at the case again; somebody may have acted", zh="请刷新案件，可能已有人操作")


class WrongRole(ActRefused):
    """The role given in a history may not do the act."""

    code = "cases.wrong_role"
    title = Text(en="{act} was done in a role that may not", zh="{act} 的执行角色无权")
    remedy = Text(en="Check the role", zh="请核对角色")


class FieldUnknown(ActRefused):
    """Something was sent that the act does not take."""

    code = "cases.field_unknown"
    title = Text(en="{act} does not take {field}", zh="{act} 不接受 {field}")
    remedy = Text(en="Leave it out", zh="请去掉该项")


class FieldWrong(ActRefused):
    """A value that does not fit its field."""

    code = "cases.field_wrong"
    title = Text(en="This does not fit: {field}", zh="内容不符合要求：{field}")
    remedy = Text(en="Correct it and send again", zh="请改正后重新提交")


class FieldMissing(ActRefused):
    """The act needs something that is not known."""

    code = "cases.field_missing"
    title = Text(en="{act} needs {field}", zh="{act} 缺少 {field}")
    remedy = Text(en="Fill it in", zh="请补充")


class ConditionFails(ActRefused):
    """The act's condition does not hold."""

    code = "cases.condition_fails"
    title = Text(en="{act} is not possible in this case", zh="此案件不满足执行 {act} 的条件")
    remedy = Text(en="Condition: {field}", zh="条件：{field}")


class TooOften(ActRefused):
    """The act has been done as often as it may."""

    code = "cases.too_often"
    title = Text(en="{act} has been done as often as it may", zh="{act} 已达次数上限")
    remedy = Text(en="Choose another way", zh="请选择其他操作")


class TooLate(ActRefused):
    """The time in which the act was possible has passed."""

    code = "cases.too_late"
    title = Text(en="The time for {act} has passed", zh="{act} 已超过可操作期限")
    remedy = Text(en="Report it anew", zh="请重新上报")


class ClockExpired(ActRefused):
    """The act had to come before a limit expired."""

    code = "cases.clock_expired"
    title = Text(en="{act} had to come before the limit expired", zh="{act} 须在时限届满前提出")
    remedy = Text(en="Go on with the case; it counts as late", zh="请继续办理，案件按逾期计")


class SamePerson(ActRefused):
    """Four eyes: somebody else must do this."""

    code = "cases.same_person"
    title = Text(en="{act} must be done by somebody else", zh="{act} 须由他人执行")
    remedy = Text(en="Ask a colleague", zh="请由同事办理")
