"""What can go wrong when a node or a city is built."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict, Unavailable
from cityhall.kernel.text import Text


class SourceFailed(Conflict):
    """A source of the demo city did not deliver."""

    code = "app.source_failed"
    title = Text(en="The source {source} did not deliver", zh="数据源 {source} 未能交付数据")
    remedy = Text(en="See why with: cityhall run show {run}", zh="用 cityhall run show {run} 查看原因")


class FeedsPortTaken(Conflict):
    """Another program took the port that the demo city's sources fetch from."""

    code = "app.feeds_port_taken"
    title = Text(en="Another program listens on port {port}", zh="端口 {port} 已被其他程序占用")
    remedy = Text(
        en="End that program, or remove {folder} and build the demo city again",
        zh="请结束该程序，或删除 {folder} 后重新生成演示城市",
    )


class NotPrepared(Unavailable):
    """The database of this node has no tables yet, or those of an earlier release."""

    code = "app.not_prepared"
    title = Text(
        en="The database of {home} is not prepared for this release", zh="{home} 的数据库尚未为当前版本准备好"
    )
    remedy = Text(en="Prepare it with: cityhall init", zh="请先运行：cityhall init")


class DatabaseSilent(Unavailable):
    """The database does not answer, or has no room: it is not the question that is wrong."""

    code = "app.database_silent"
    title = Text(en="The database cannot be used: {why}", zh="数据库无法使用：{why}")
    remedy = Text(
        en="Check DATABASE_URL and its server; without one, whether the disk of {home} has room and may be written to",
        zh="请核对 DATABASE_URL 及数据库服务器；未设置时，请查看 {home} 所在磁盘是否有空间、是否可写",
    )
