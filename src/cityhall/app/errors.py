"""What can go wrong when a city is built."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict
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
