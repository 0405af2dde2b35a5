"""What can go wrong when another catalogue is harvested.

CityhallError
├── NotFound      HarvestUnknown, HarvestRunUnknown
├── Conflict      HarvestInProgress, HarvestNotActive
├── Invalid       HarvestKindUnknown, HarvestSettingWrong, FeedUnusable, EntryUnusable
├── LimitExceeded HarvestLimitReached, TooManyGone
└── Unavailable   HarvestInterrupted
"""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Invalid, LimitExceeded, NotFound, Unavailable
from cityhall.kernel.text import Text

__all__ = [
    "EntryUnusable",
    "FeedUnusable",
    "HarvestCancelled",
    "HarvestInProgress",
    "HarvestInterrupted",
    "HarvestKindUnknown",
    "HarvestLimitReached",
    "HarvestNotActive",
    "HarvestRunUnknown",
    "HarvestSettingWrong",
    "HarvestUnknown",
    "TooManyGone",
]


class HarvestUnknown(NotFound):
    """No harvest has this id."""

    code = "federation.harvest_unknown"
    title = Text(en="There is no harvest {harvest}", zh="没有采集目录 {harvest}")
    remedy = Text(en="`cityhall harvest list` shows them all.", zh="可用 `cityhall harvest list` 查看全部。")


class HarvestRunUnknown(NotFound):
    """No run of a harvest has this id."""

    code = "federation.run_unknown"
    title = Text(en="There is no such run of a harvest", zh="没有这次目录采集")
    remedy = Text(en="The page of the harvest lists its runs.", zh="可在该目录采集的页面查看历次运行。")


class HarvestInProgress(Conflict):
    """The catalogue is being harvested already."""

    code = "federation.in_progress"
    title = Text(en="“{name}” is being harvested already", zh="“{name}”正在采集中")
    remedy = Text(en="Wait until that run has ended, or cancel it.", zh="请等待本次采集结束，或将其取消。")


class HarvestNotActive(Conflict):
    """A run that has ended cannot be cancelled."""

    code = "federation.not_active"
    title = Text(en="This run has ended ({stage})", zh="本次采集已结束（{stage}）")
    remedy = Text(en="Nothing needs to be done.", zh="无需操作。")


class HarvestCancelled(Conflict):
    """Somebody asked the run to stop."""

    code = "federation.cancelled"
    title = Text(en="The run was cancelled", zh="本次采集已取消")
    remedy = Text(
        en="What was taken so far stays; start it again to go on.", zh="已采集的条目保留；重新开始即可继续。"
    )


class HarvestKindUnknown(Invalid):
    """Catalogues of this kind cannot be read."""

    code = "federation.kind_unknown"
    title = Text(en="Catalogues of the kind {kind} cannot be read", zh="无法读取类型为 {kind} 的目录")
    remedy = Text(en="Use one of: {known}.", zh="可用类型：{known}。")


class HarvestSettingWrong(Invalid):
    """A setting of a harvest is missing or has no sense."""

    code = "federation.setting_wrong"
    title = Text(en="The setting {setting} is wrong: {why}", zh="设置 {setting} 有误：{why}")
    remedy = Text(
        en="Correct it; the guide for operators lists all settings.", zh="请更正；运营员指南列出了全部设置。"
    )


class FeedUnusable(Invalid):
    """What the other catalogue answered cannot be read as what it should be."""

    code = "federation.feed_unusable"
    title = Text(en="{address} did not answer a catalogue: {why}", zh="{address} 返回的不是目录：{why}")
    remedy = Text(
        en="Open the address in a browser; check its kind, and tell its operator if it is broken.",
        zh="请在浏览器中打开该地址并核对类型；如有故障请告知对方运营人员。",
    )


class EntryUnusable(Invalid):
    """One entry of the other catalogue lacks what an entry needs."""

    code = "federation.entry_unusable"
    title = Text(en="The entry cannot be taken: {why}", zh="无法采用该条目：{why}")
    remedy = Text(
        en="Its publisher has to correct it; all others go on.", zh="需由其发布者更正；其他条目不受影响。"
    )


class HarvestLimitReached(LimitExceeded):
    """The run has used what it may use."""

    code = "federation.limit_reached"
    title = Text(
        en="The run stopped at its limit of {limit} {unit}", zh="采集达到上限（{limit} {unit}）而停止"
    )
    remedy = Text(
        en="Nothing was withdrawn. Raise the limit in the settings, or narrow the harvest.",
        zh="未撤下任何条目。请在设置中提高上限，或缩小采集范围。",
    )


class TooManyGone(LimitExceeded):
    """So many entries are missing at once that the other catalogue is more likely broken than emptied."""

    code = "federation.too_many_gone"
    title = Text(
        en="{gone} of {known} entries are missing at the origin; none was withdrawn",
        zh="来源处缺少 {known} 个条目中的 {gone} 个，未撤下任何条目",
    )
    remedy = Text(
        en="Look at the other catalogue. If it is right, raise `most_gone` and run again.",
        zh="请查看对方目录；如属实，请提高 most_gone 后重新采集。",
    )


class HarvestInterrupted(Unavailable):
    """The process that worked on the run has died, and so did the ones that took it up."""

    code = "federation.interrupted"
    title = Text(en="The run was interrupted too often", zh="本次采集多次中断")
    remedy = Text(en="What was taken stays. Start it again.", zh="已采集的条目保留，请重新开始。")
