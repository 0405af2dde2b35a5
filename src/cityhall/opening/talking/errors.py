"""What can go wrong when people write around a dataset.

CityhallError
├── NotFound    CommentUnknown, RequestUnknown, ReuseUnknown, RowNotFound
├── NotAllowed  AccountNeeded
├── Invalid     TextMissing, AddressNotWeb, NothingToOpen, NotOnRequest, EndPassed
├── Conflict    AnsweredAlready, SaidAlready, AccountHoldsOffice
├── LimitExceeded TextTooLong
└── TooMany     TooMuchWritten
"""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotAllowed, NotFound, TooMany
from cityhall.kernel.text import Text

__all__ = [
    "AccountHoldsOffice",
    "AccountNeeded",
    "AddressNotWeb",
    "AnsweredAlready",
    "CommentUnknown",
    "EndPassed",
    "NotOnRequest",
    "NothingToOpen",
    "RequestUnknown",
    "ReuseUnknown",
    "RowNotFound",
    "SaidAlready",
    "TextMissing",
    "TextTooLong",
    "TooMuchWritten",
]


class AccountNeeded(NotAllowed):
    """Only people with an account write here; programs and passers-by do not."""

    code = "opening.account_needed"
    title = Text(en="This needs an account", zh="需要登录账号")
    remedy = Text(en="Sign in, then send it again.", zh="请登录后重新提交。")


class CommentUnknown(NotFound):
    """No such comment, or none that the actor may see or change."""

    code = "opening.comment_unknown"
    title = Text(en="There is no such comment", zh="没有这条评论")
    remedy = Text(en="It may have been withdrawn; reload the page.", zh="它可能已撤回，请刷新页面。")


class ReuseUnknown(NotFound):
    """No such entry among the uses, or none of the actor's concern."""

    code = "opening.reuse_unknown"
    title = Text(en="There is no such example of use", zh="没有这个应用案例")
    remedy = Text(en="It may have been withdrawn; reload the page.", zh="它可能已撤回，请刷新页面。")


class RequestUnknown(NotFound):
    """No such request, or neither the actor's own nor addressed to the actor's agency."""

    code = "opening.request_unknown"
    title = Text(en="There is no such request", zh="没有这项申请")
    remedy = Text(en="Look at the list of your requests.", zh="请查看您的申请列表。")


class RowNotFound(NotFound):
    """A correction names a row that the present version does not have."""

    code = "opening.row_not_found"
    title = Text(en="No row has the key {key}", zh="没有主键为 {key} 的行")
    remedy = Text(
        en="Copy the key from the preview or the download; leave it empty to report a missing row.",
        zh="请从预览或下载文件中复制主键；如报告缺行请留空。",
    )


class TextMissing(Invalid):
    """A form came without the words that it is about."""

    code = "opening.text_missing"
    title = Text(en="Something is missing: {what}", zh="缺少内容：{what}")
    remedy = Text(en="Fill it in and send it again.", zh="请填写后重新提交。")


class AddressNotWeb(Invalid):
    """Where data is used must be a web address that people can open."""

    code = "opening.address_not_web"
    title = Text(en="{address} is not a web address", zh="{address} 不是网址")
    remedy = Text(
        en="Give an address that begins with https:// or http://.",
        zh="请填写以 https:// 或 http:// 开头的网址。",
    )


class NothingToOpen(Invalid):
    """Somebody asks to open what is open."""

    code = "opening.nothing_to_open"
    title = Text(en="This is open already", zh="该内容已经开放")
    remedy = Text(en="Download it on the dataset's page.", zh="请在数据集页面直接下载。")


class NotOnRequest(Invalid):
    """Somebody applies for an item that is open already, or that is never given."""

    code = "opening.not_on_request"
    title = Text(en="{item} is not given on request", zh="{item} 不能通过申请获取")
    remedy = Text(
        en="Choose among the items on the form; those that are open need no application.",
        zh="请在申请表所列数据项中选择；已开放的无需申请。",
    )


class EndPassed(Invalid):
    """The use that somebody applies for would end before it began."""

    code = "opening.end_passed"
    title = Text(en="The last day of use has passed", zh="使用截止日期已过")
    remedy = Text(en="Choose a later day.", zh="请选择更晚的日期。")


class AnsweredAlready(Conflict):
    """Somebody was faster, or the request was withdrawn."""

    code = "opening.answered_already"
    title = Text(en="This has been decided already", zh="该事项已经办结")
    remedy = Text(en="Reload the page to see the answer.", zh="请刷新页面查看结果。")


class SaidAlready(Conflict):
    """The same words once more, or a second open request for the same thing."""

    code = "opening.said_already"
    title = Text(en="You have sent this already", zh="您已提交过相同内容")
    remedy = Text(
        en="It is under “My page”; there you also see its state.", zh="可在“我的主页”查看及其进展。"
    )


class AccountHoldsOffice(Conflict):
    """Somebody with an office wants to delete the account with which it is held."""

    code = "opening.account_holds_office"
    title = Text(en="This account holds an office", zh="该账号担任职务")
    remedy = Text(
        en="Ask an operator to take the role back first, so that no agency is left without a steward by surprise.",
        zh="请先联系运营员收回角色，避免机构突然没有数据专员。",
    )


class TextTooLong(LimitExceeded):
    """Longer than such a text may be."""

    code = "opening.text_too_long"
    title = Text(en="The text is longer than {most} characters", zh="文字超过 {most} 个字符")
    remedy = Text(en="Shorten it.", zh="请精简后提交。")


class TooMuchWritten(TooMany):
    """More from one person than the limits allow."""

    code = "opening.too_much_written"
    title = Text(en="You have sent a lot in a short time", zh="您短时间内提交过多")
    remedy = Text(
        en="Try again later; the limit is {hour} an hour and {day} a day.",
        zh="请稍后再试：每小时最多 {hour} 条，每天最多 {day} 条。",
    )
