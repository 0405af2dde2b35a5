"""Pure rules of the catalogue: what an entry must satisfy, and what follows from its items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import get_args

from cityhall.catalog import errors
from cityhall.catalog.rule_forms import NEEDS, rule_usable
from cityhall.catalog.shapes import (
    CheckRule,
    DatasetDraft,
    Item,
    ItemType,
    Mode,
    OpeningClass,
    RuleKind,
    Severity,
    SharingClass,
)
from cityhall.kernel.errors import CityhallError
from cityhall.kernel.text import Text

SHARING_ORDER: tuple[SharingClass, ...] = get_args(SharingClass)
OPENING_ORDER: tuple[OpeningClass, ...] = get_args(OpeningClass)
LEVELS = (1, 2, 3, 4)

LONGEST_DIVISION, LONGEST_WORD = 12, 60

_WORD = Text(en="at most 60 characters", zh="不超过 60 个字符")
_DIVISION = Text(en="a division code of 6, 9 or 12 digits", zh="6、9 或 12 位区划代码")
_CODE = re.compile(r"[\w.\-]{1,100}")
_ITEM_NAME = re.compile(r"[^_\s\x00-\x1f][^\r\n\x00]{0,199}")


def is_code(code: str) -> bool:
    """Whether a code can stand in an address: 1 to 100 letters, digits, dots, hyphens, underscores."""
    return bool(_CODE.fullmatch(code))


def level_of(items: Iterable[Item]) -> int:
    """A dataset's level: the highest of its items', 1 without items (DB33/T 2351-2021)."""
    return max((item.level for item in items), default=1)


def sharing_of(items: Iterable[Item]) -> SharingClass:
    """A dataset's sharing class: the strictest of its items', unconditional without items."""
    return max((item.sharing.kind for item in items), key=SHARING_ORDER.index, default="unconditional")


def opening_of(items: Iterable[Item]) -> OpeningClass:
    """A dataset's opening class: the strictest of its items', unconditional without items."""
    return max((item.opening.kind for item in items), key=OPENING_ORDER.index, default="unconditional")


def problems(draft: DatasetDraft) -> tuple[CityhallError, ...]:
    """Everything that keeps the draft out of the catalogue, in reading order; empty when sound."""
    return (*_entry_problems(draft), *_item_problems(draft.items), *_rule_problems(draft))


def publication_problems(draft: DatasetDraft, label: str) -> tuple[CityhallError, ...]:
    """What else keeps a sound draft from being published: a title, items, and a reason for each limit."""
    missing: list[CityhallError] = []
    if not _said(draft.title):
        missing.append(errors.TitleMissing())
    if not draft.items:
        missing.append(errors.ItemsMissing(dataset=label))
    return (*missing, *(problem for item in draft.items for problem in _unexplained(item)))


def _entry_problems(draft: DatasetDraft) -> Iterator[CityhallError]:
    if draft.code and not is_code(draft.code):
        yield errors.CodeMalformed(code=draft.code)
    if draft.mode not in get_args(Mode):
        yield _unknown("mode", draft.mode, get_args(Mode))
    if len(draft.region) > LONGEST_DIVISION:
        yield errors.ValueWrong(place="region", value=draft.region[:40], expected=_DIVISION)
    if draft.mode == "upsert" and not draft.key:
        yield errors.UpsertNeedsKey()
    yield from _foreign_names("key", draft.key, draft.items)


def _item_problems(items: tuple[Item, ...]) -> Iterator[CityhallError]:
    seen: set[str] = set()
    for item in items:
        folded = item.name.casefold()
        if not _ITEM_NAME.fullmatch(item.name):
            yield errors.ItemNameWrong(item=item.name)
        if folded in seen:
            yield errors.ItemRepeated(item=item.name)
        seen.add(folded)
        yield from _word_problems(item)
        yield from coherence_problems(item)


def _word_problems(item: Item) -> Iterator[CityhallError]:
    if item.type not in get_args(ItemType):
        yield _unknown(f"{item.name}.type", item.type, get_args(ItemType))
    if item.sharing.kind not in SHARING_ORDER:
        yield _unknown(f"{item.name}.sharing", item.sharing.kind, SHARING_ORDER)
    if item.opening.kind not in OPENING_ORDER:
        yield _unknown(f"{item.name}.opening", item.opening.kind, OPENING_ORDER)
    for name, word in (("element", item.element), ("mask", item.mask)):
        if word and len(word) > LONGEST_WORD:
            yield errors.ValueWrong(place=f"{item.name}.{name}", value=word[:80], expected=_WORD)


def coherence_problems(item: Item) -> Iterator[CityhallError]:
    """Whether an item's opening class fits its level (DB33/T 2351-2021)."""
    if item.level not in LEVELS:
        yield errors.LevelWrong(item=item.name, level=item.level)
    elif item.opening.kind not in OPENING_ORDER:
        return
    elif item.level == 4 and item.opening.kind != "forbidden":
        yield errors.LevelForbidsOpening(item=item.name)
    elif item.level in (2, 3) and item.opening.kind == "unconditional":
        yield errors.LevelNeedsApproval(item=item.name, level=item.level)


def _unexplained(item: Item) -> Iterator[CityhallError]:
    if item.sharing.kind != "unconditional" and not _said(item.sharing.reason):
        yield errors.SharingUnexplained(item=item.name)
    if item.opening.kind != "unconditional" and not _said(item.opening.reason):
        yield errors.OpeningUnexplained(item=item.name)


def _said(text: Text) -> bool:
    return bool((text.en or text.zh).strip())


def _rule_problems(draft: DatasetDraft) -> Iterator[CityhallError]:
    seen: set[str] = set()
    for rule in draft.rules:
        if rule.code in seen:
            yield errors.RuleRepeated(rule=rule.code)
        seen.add(rule.code)
        yield from rule_problems(rule, draft.items)


def rule_problems(rule: CheckRule, items: tuple[Item, ...]) -> Iterator[CityhallError]:
    """What is wrong with one quality rule, seen from the catalogue."""
    if not is_code(rule.code):
        yield errors.CodeMalformed(code=rule.code)
    if rule.kind not in get_args(RuleKind):
        yield _unknown(f"rule {rule.code}", rule.kind, get_args(RuleKind))
    elif not rule_usable(rule, {item.name: item.type for item in items}):
        told = f"{', '.join(rule.items)} {dict(rule.params)}"[:120]
        yield errors.ValueWrong(place=f"{rule.code} · {rule.kind}", value=told, expected=NEEDS[rule.kind])
    if rule.severity not in get_args(Severity):
        yield _unknown(f"rule {rule.code}", rule.severity, get_args(Severity))
    yield from _foreign_names(f"rule {rule.code}", rule.items, items)


def _foreign_names(place: str, names: tuple[str, ...], items: tuple[Item, ...]) -> Iterator[CityhallError]:
    known = {item.name for item in items}
    for name in names:
        if name not in known:
            yield errors.KeyUnknown(place=place, item=name)


def _unknown(place: str, word: object, allowed: Iterable[str]) -> CityhallError:
    return errors.WordUnknown(place=place, word=word, allowed=", ".join(allowed))
