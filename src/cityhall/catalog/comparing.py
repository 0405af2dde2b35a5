"""The difference between two revisions of an entry, in plain words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cityhall.catalog.terms import FOLDER
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text

Plain = Mapping[str, Any]

_NOTHING = Text(en="(nothing)", zh="（空）")
_YES_NO = {True: Text(en="yes", zh="是"), False: Text(en="no", zh="否")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs. `place` is its path (`title`, `items.phone.level`, `rules.R1`), `before` and
    `after` the plain values (None for what was not there), `text` the sentence for people."""

    place: str
    before: Any
    after: Any
    text: Text


def differences(before: Plain, after: Plain) -> tuple[Difference, ...]:
    """What changed between two snapshots: the entry's own parts, then items by name, then rules by code."""
    return (
        *_parts(before, after, "", _ENTRY),
        *_listed(before, after, "items", "name", _ITEM),
        *_listed(before, after, "rules", "code", _RULE),
    )


_ENTRY = Text(en="", zh="")
_ITEM = Text(en="Item {name}", zh="数据项“{name}”")
_RULE = Text(en="Rule {name}", zh="规则“{name}”")


def label(name: str) -> Text:
    """What a part of an entry is called."""
    return Text.from_dict(_labels()["names"].get(name, name))


def word(name: str, value: Any) -> Text:
    """What a value of that part is called."""
    if value in (None, "", [], {}) or value == {"en": "", "zh": ""}:
        return _NOTHING
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, Mapping) and set(value) == {"en", "zh"}:
        return Text.from_dict({key: f"“{text}”" if text else "" for key, text in value.items()})
    if isinstance(value, int | str) and value in _labels()["words"].get(name, {}):
        return Text.from_dict(_labels()["words"][name][value])
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return Text(en=", ".join(value), zh="、".join(value))
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Text(en=shown, zh=shown)


@cache
def _labels() -> dict[str, Any]:
    labels: dict[str, Any] = read_yaml(FOLDER / "labels.yaml")
    return labels


def _parts(before: Plain, after: Plain, place: str, whose: Text) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        old, new = before.get(name), after.get(name)
        if old == new or (not place and name in ("items", "rules")):
            continue
        what, was, now = label(name), word(name, old), word(name, new)
        yield Difference(
            place=f"{place}{name}",
            before=old,
            after=new,
            text=Text(
                en=f"{_joined(whose.en, what.en, ', ')}: {was.en} → {now.en}",
                zh=f"{_joined(whose.zh, what.zh, '的')}：{was.zh} → {now.zh}",
            ),
        )


def _joined(whose: str, what: str, between: str) -> str:
    return f"{whose}{between}{what[:1].lower() + what[1:] if whose.isascii() else what}" if whose else what


def _listed(before: Plain, after: Plain, part: str, naming: str, noun: Text) -> Iterator[Difference]:
    old = {row[naming]: row for row in before.get(part, ())}
    new = {row[naming]: row for row in after.get(part, ())}
    for name in dict.fromkeys([*old, *new]):
        whose = Text(en=noun.en.replace("{name}", name), zh=noun.zh.replace("{name}", name))
        place = f"{part}.{name}"
        if name not in new:
            yield Difference(place, old[name], None, Text(f"{whose.en} removed", f"{whose.zh}已删除"))
        elif name not in old:
            yield Difference(place, None, new[name], Text(f"{whose.en} added", f"{whose.zh}已新增"))
        else:
            yield from _parts(old[name], new[name], f"{place}.", whose)
    yield from _reordered(list(old), list(new), part)


def _reordered(old: list[str], new: list[str], part: str) -> Iterator[Difference]:
    stayed_old, stayed_new = [n for n in old if n in set(new)], [n for n in new if n in set(old)]
    if stayed_old != stayed_new:
        text = Text(
            en=f"The order of the {part} changed",
            zh="数据项的顺序有变化" if part == "items" else "规则的顺序有变化",
        )
        yield Difference(f"{part}.order", stayed_old, stayed_new, text)
