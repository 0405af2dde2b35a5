"""What can go wrong when a city is built."""

from __future__ import annotations

from cityhall.kernel.errors import Conflict
from cityhall.kernel.text import Text


class SourceFailed(Conflict):
    """A source of the demo city did not deliver."""

    code = "app.source_failed"
    title = Text(en="The source {source} did not deliver", zh="数据源 {source} 未能交付数据")
    remedy = Text(en="See why with: cityhall run show {run}", zh="用 cityhall run show {run} 查看原因")
