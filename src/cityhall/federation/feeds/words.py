"""Foreign words in ours: texts, licences, cycles, formats, boxes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from cityhall.catalog.queries import cycles, licences
from cityhall.kernel.text import Text

_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAGS: Final = re.compile(r"<[^>]{0,2000}>")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_NUMBER: Final = re.compile(r"-?\d{1,3}(?:\.\d+)?")
LONGEST: Final = {"title": 500, "abstract": 20_000, "word": 100, "address": 1_000}
# What others call the licences that this catalogue knows.
_LICENCES: Final = {
    "cc0": "CC0-1.0", "cc-zero": "CC0-1.0", "cc0-1.0": "CC0-1.0", "zero/1.0": "CC0-1.0",
    "cc-by": "CC-BY-4.0", "cc-by-4.0": "CC-BY-4.0", "licenses/by/4.0": "CC-BY-4.0",
    "cc-by-sa": "CC-BY-SA-4.0", "cc-by-sa-4.0": "CC-BY-SA-4.0", "licenses/by-sa/4.0": "CC-BY-SA-4.0",
    "cc-by-nc-4.0": "CC-BY-NC-4.0", "licenses/by-nc/4.0": "CC-BY-NC-4.0",
    "odc-by": "ODC-BY-1.0", "odc-odbl": "ODbL-1.0", "odbl": "ODbL-1.0", "licenses/odbl": "ODbL-1.0",
}  # fmt: skip


def clean(value: Any, what: str = "title") -> str:
    """A foreign text as one of ours: without what cannot be written, without markup, not longer than allowed."""
    text = _UNWRITABLE.sub("", str(value)) if isinstance(value, str | int | float) else ""
    return _TAGS.sub(" ", text).strip()[: LONGEST[what]].strip()


def text_of(value: Any, what: str = "title") -> Text:
    """A text in one language, or a table of languages, as ours."""
    if isinstance(value, dict):
        by_tag = {str(tag).lower().replace("_", "-"): clean(one, what) for tag, one in value.items()}
        return both({tag: one for tag, one in by_tag.items() if one})
    return both({"": clean(value, what)})


def both(by_tag: dict[str, str]) -> Text:
    """Texts by language tag as a pair: a missing language is filled from the other, and Chinese is known by its
    characters where no tag tells.
    """
    chinese = next((one for tag, one in sorted(by_tag.items()) if tag.startswith("zh")), "")
    english = next((one for tag, one in sorted(by_tag.items()) if tag.startswith("en")), "")
    other = next((one for tag, one in sorted(by_tag.items()) if one), "")
    if not chinese and _CHINESE.search(by_tag.get("", "")):
        chinese = by_tag[""]
    return Text(en=english or by_tag.get("", "") or other, zh=chinese or by_tag.get("", "") or other)


def keywords(values: Iterable[Any]) -> tuple[str, ...]:
    """Different words in their order, at most 100."""
    found = (clean(one, "word") for one in values)
    return tuple(dict.fromkeys(word for word in found if word))[:100]


def licence_code(given: str) -> str:
    """The catalogue's licence for what somebody else calls it; empty when it is none of ours."""
    wanted = given.strip().rstrip("/").lower()
    for one in licences():
        if wanted and wanted in (
            one.code.lower(),
            one.uri.rstrip("/").lower(),
            one.title.en.lower(),
            one.title.zh,
        ):
            return one.code
    if wanted in _LICENCES:
        return _LICENCES[wanted]
    return next((code for part, code in _LICENCES.items() if "/" in part and part in wanted), "")


def cycle_code(given: str) -> str:
    """The catalogue's update cycle for a code or an address of the European frequency vocabulary."""
    wanted = given.strip().rstrip("/").lower()
    return next((one.code for one in cycles() if wanted and wanted in (one.code, one.uri.lower())), "")


def day(given: Any) -> date | None:
    """A day out of a day or a time in ISO 8601; None for anything else."""
    try:
        return datetime.fromisoformat(str(given).strip()[:32]).date()
    except ValueError:
        return None


def box(given: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the points in a text of coordinates (WKT, GeoJSON); None unless in degrees."""
    numbers = [float(one) for one in _NUMBER.findall(given[:100_000])]
    if len(numbers) < 4 or len(numbers) % 2:
        return None
    east, north = numbers[0::2], numbers[1::2]
    edges = (min(east), min(north), max(east), max(north))
    sound = all(map(math.isfinite, edges)) and abs(edges[0]) <= 180 and abs(edges[2]) <= 180
    return edges if sound and abs(edges[1]) <= 90 and abs(edges[3]) <= 90 else None


def address(given: Any) -> str:
    """An http(s) address as it was given; empty for anything else."""
    text = clean(given, "address")
    return text if re.match(r"https?://[^\s<>\"]+$", text) else ""


def file_format(given: str, url: str) -> str:
    """A format in capitals: as called there (the last part of an address or media type), else the file's ending."""
    name = re.split(r"[/#;]", given.strip().split(";")[0])[-1].strip(". ").upper()
    if name:
        return name[:20]
    ending = url.partition("?")[0].rpartition("/")[2].rpartition(".")[2]
    return ending.upper() if ending.isalnum() and len(ending) <= 8 else ""
