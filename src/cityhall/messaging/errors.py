"""What can go wrong in messaging."""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, LimitExceeded, NotFound
from cityhall.kernel.text import Text

__all__ = [
    "ChannelUnknown",
    "LetterUnknown",
    "LinkOutside",
    "NewsIncomplete",
    "NewsUnknown",
    "NoticeUnknown",
    "PeriodWrong",
    "SubscriptionUnknown",
    "SubscriptionsFull",
]


class NoticeUnknown(NotFound):
    """The actor has no such notice."""

    code = "messaging.notice_unknown"
    title = Text(en="There is no notice {notice}", zh="没有通知 {notice}")
    remedy = Text(en="Look at the list of your notices.", zh="请查看您的通知列表。")


class LinkOutside(Invalid):
    """Notices link to pages of this site only, so that a notice can never lead people elsewhere."""

    code = "messaging.link_outside"
    title = Text(en="{link} is not a page of this site", zh="{link} 不是本站页面")
    remedy = Text(en="Give a path that begins with one slash.", zh="请使用以一个斜杠开头的路径。")


class LetterUnknown(NotFound):
    """A link to end letters that was altered."""

    code = "messaging.letter_unknown"
    title = Text(en="This link ends no letters", zh="该链接无效")
    remedy = Text(
        en="Open the whole link from the newest letter you got.", zh="请打开最近一封邮件中的完整链接。"
    )


class NewsUnknown(NotFound):
    """No announcement with this id is to be seen."""

    code = "messaging.news_unknown"
    title = Text(en="There is no such announcement", zh="没有这条公告")
    remedy = Text(
        en="It may have been withdrawn; look at the list of news.", zh="它可能已撤回，请查看公告列表。"
    )


class NewsIncomplete(Invalid):
    """News are written for both readers, and not too long."""

    code = "messaging.news_incomplete"
    title = Text(en="News need a title and a text in both languages", zh="公告需要中英文标题和正文")
    remedy = Text(
        en="Fill in both languages, each of at most {most} characters.",
        zh="请填写两种语言，每种不超过 {most} 个字符。",
    )


class PeriodWrong(Invalid):
    """News end after they begin."""

    code = "messaging.period_wrong"
    title = Text(en="The end is not after the beginning", zh="结束时间不晚于开始时间")
    remedy = Text(en="Correct the times, or leave the end empty.", zh="请更正时间，或将结束时间留空。")


class SubscriptionUnknown(NotFound):
    """No saved search of the actor, or a link that was altered."""

    code = "messaging.subscription_unknown"
    title = Text(en="There is no such saved search", zh="没有这项订阅")
    remedy = Text(en="Look at your saved searches on your page.", zh="请在“我的主页”查看您的订阅。")


class SubscriptionsFull(LimitExceeded):
    """More saved searches than one person may have."""

    code = "messaging.subscriptions_full"
    title = Text(en="You have {most} saved searches", zh="您已有 {most} 项订阅")
    remedy = Text(en="Delete one you no longer need.", zh="请先删除不再需要的订阅。")


class ChannelUnknown(Invalid):
    """Saved searches tell by mail, on the page, or not at all."""

    code = "messaging.channel_unknown"
    title = Text(en="{channel} is not a way to be told", zh="没有通知方式 {channel}")
    remedy = Text(en="Use mail, page or none.", zh="请使用 mail、page 或 none。")
