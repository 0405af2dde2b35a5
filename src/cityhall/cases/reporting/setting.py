"""A laid bulletin as PDF, by typst, with a font from a package and a date from the data: the same bulletin, the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
import pylopdf_fonts_zh_cn
import typst

from cityhall.cases.reporting.gathering import Bulletin
from cityhall.cases.reporting.laying import laid
from cityhall.kernel.lately import Lately

FONTS = Path(pylopdf_fonts_zh_cn.__file__).parent
TEMPLATE = Path(__file__).with_name("bulletin.typ")
# Bytes of bulletins set lately, for all that this process keeps: anybody may ask for one as often as they like.
_SET: Final = Lately[bytes](8 * 2**20, len)


def as_pdf(bulletin: Bulletin, language: str) -> bytes:
    """The bulletin as an accessible PDF of A4 pages, in `zh-hans` or `en`."""
    at = bulletin.known or datetime.combine(bulletin.month, datetime.min.time(), UTC)
    words, moment = orjson.dumps(laid(bulletin, language)).decode(), int(at.timestamp())
    return _SET.get((words, moment), lambda: _set(words, moment))


def _set(words: str, moment: int) -> bytes:
    made: bytes = typst.compile(
        TEMPLATE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"bulletin": words},
        timestamp=moment,
        format="pdf",
    )
    return made
