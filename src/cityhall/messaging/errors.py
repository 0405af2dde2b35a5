"""What can go wrong in messaging."""

from __future__ import annotations

from cityhall.kernel.errors import Invalid, NotFound
from cityhall.kernel.text import Text

__all__ = ["LinkOutside", "NoticeUnknown"]


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
