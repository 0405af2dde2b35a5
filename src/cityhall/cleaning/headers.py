"""What the header of a column says about it: an element, codes, a key, a time."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

SPEAKS_OF_TIME = re.compile(
    r"日期|时间|時間|年月|月份|期间|发生|發生|date|time|month|day|timestamp|日$|年$|月$", re.I
)

_WORDS = re.compile(r"[^\W\d_]+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SHORT = 4
"""Latin hints up to this length must be whole words: `lat` is not in `Platz`, `tel` not in `Hotel`."""


@lru_cache(maxsize=10_000)
def words_of(header: str) -> tuple[str, ...]:
    """The words of a header in small letters: `startLat_2` has `start` and `lat`."""
    return tuple(piece.lower() for chunk in _WORDS.findall(header) for piece in _HUMPS.split(chunk) if piece)


def hinted(header: str, hints: Collection[str]) -> bool:
    """Whether the header holds one of the hints; Latin ones at an end of a word, short ones as a whole word."""
    return any(_holds(header, hint) for hint in hints)


def _holds(header: str, hint: str) -> bool:
    if not hint.isascii():
        return hint in header.lower()
    words, parts = words_of(header), words_of(hint)
    if len(parts) > 1:
        return f" {' '.join(parts)} " in f" {' '.join(words)} " or "".join(parts) in words
    if len(hint) > _SHORT:
        return any(word.startswith(hint) or word.endswith(hint) for word in words)
    glued = header.isupper() and any(word.endswith(hint) for word in words)  # INTPTLAT
    return glued or hint in words or f"{hint}s" in words


_CODES = re.compile(
    r"编号|編號|编码|編碼|代码|代碼|代號|代号|号码|號碼|证号|单号|账号|卡号|番号|コード|邮编|邮政|電話|电话|手机"
    r"|(?<![序编編信])[号號]$|区分$|區分$|種別$|类别$|類別$|別$|有無$|有无$"
    r"|code|phone|isbn|geoid|geocomp|fips|cbsa|necta|metdiv",
    re.I,
)
_CODE_ANYWHERE = frozenset(("id", "zip", "tel", "naics", "cik"))
_CODE_AT_END = frozenset(
    (
        *("no", "nr", "num", "number", "cd", "class", "category", "type", "kind", "csa", "uid", "guid"),
        *("state", "province", "county", "prefecture", "region", "division", "district", "ward", "precinct"),
    )
)
"""Last words that name a thing; numbers under them are its codes."""
_ALONE_A_COUNT = frozenset(("no", "nr", "num", "number"))
"""Alone they head the running number of the rows."""
_COUNTS = frozenset(("total", "count", "counts", "amount", "sum", "average", "mean", "quantity", "qty", "of"))
_COUNTS_END = re.compile(r"(?:[数數]|合计|合計|总计|總計|数量|數量|人口|金额|金額)$")
_NAMES = ("{} name", "{} title", "{} desc", "{} description", "{}名称", "{}名稱", "{}名")


def speaks_of_codes(column: str, others: Collection[str] = ()) -> bool:
    """Whether values under this header stay text however much they look like numbers.

    So do those beside a column with their names (`class` and `class_name`, `Nr_X` and `Name_X`).
    """
    header = column.strip()
    words = words_of(header)
    if _name_beside(words, others):
        return True
    if _COUNTS_END.search(header) or _COUNTS.intersection(words):
        return False
    if _CODES.search(header) or _CODE_ANYWHERE.intersection(words) or (len(words) > 1 and words[0] == "nr"):
        return True
    last = words[-1] if words else ""
    glued = header[-2:] == "ID" and len(words) == 1 and header not in ("COVID", "GRID", "PAID", "VALID")
    return glued or (last in _CODE_AT_END and (len(words) > 1 or last not in _ALONE_A_COUNT))


def _name_beside(words: tuple[str, ...], others: Collection[str]) -> bool:
    low = " ".join(words)
    if not low or not others:
        return False
    known = {" ".join(words_of(other)) for other in others}
    if words[0] == "nr" and " ".join(("name", *words[1:])) in known:
        return True
    return any(form.format(low) in known for form in _NAMES)


def ends_like_identifier(column: str) -> bool:
    """`geonameid`, `userid`: too weak alone (`paid`, `grid`), enough for values that are all different."""
    return column.strip().lower().endswith("id")


_KEYS = re.compile(r"编号|編號|序号|序號|编码|編碼|代码|代碼|流水号|流水號|主键|番号|[号號]$")
_KEY_WORDS = frozenset(("id", "code", "no", "nr", "num", "number", "key", "uid", "uuid", "guid"))


def speaks_of_keys(column: str) -> bool:
    """Whether the header is one under which each row usually has a value of its own."""
    return (
        bool(_KEYS.search(column))
        or bool(_KEY_WORDS.intersection(words_of(column)))
        or ends_like_identifier(column)
    )
