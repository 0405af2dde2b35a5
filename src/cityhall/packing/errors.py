"""What can go wrong with packs."""

from __future__ import annotations

from cityhall.kernel.errors import NotFound
from cityhall.kernel.text import Text


class PackNotFound(NotFound):
    """No folder of packs holds a pack of this name."""

    code = "packing.pack_not_found"
    title = Text(en="There is no pack named {pack}", zh="没有名为 {pack} 的应用包")
    remedy = Text(
        en="Look in {places}, or set CITYHALL_PACKS to the folder that holds it",
        zh="请在 {places} 中查找，或将 CITYHALL_PACKS 设为其所在文件夹",
    )
