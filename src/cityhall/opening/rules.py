"""The decision itself, pure: who looks, at what, for which purpose. Default deny; every refusal has its reason.

Classes per item (sharing between agencies, opening to the public) and levels L1 to L4 follow DB33/T 2351-2021: L1 is
not sensitive, L2 and L3 may be shown masked, L4 is never shown outside the agency that owns it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from cityhall.catalog.queries import Dataset, Item
from cityhall.kernel.text import Text
from cityhall.warehouse.errors import MaskUnusable
from cityhall.warehouse.queries import shows_all

Purpose = Literal["page", "preview", "download", "api", "statistics"]
Viewpoint = Literal["owner", "agency", "public"]

OPEN_LEVEL: Final = 1
SHARED_LEVEL: Final = 2
MASKABLE_LEVEL: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one viewpoint may see of one dataset.

    `listed`: the dataset's existence and description; `allowed`: at least one item's values; `items`: their names in
    the dataset's order; `masks`: item -> masking profile for those shown masked; `reasons`: item -> why its values
    are hidden; `why`: one sentence when nothing is allowed.
    """

    dataset_id: str
    purpose: Purpose
    viewpoint: Viewpoint
    listed: bool
    allowed: bool
    items: tuple[str, ...] = ()
    masks: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, Text] = field(default_factory=dict)
    why: Text | None = None

    @property
    def clear(self) -> tuple[str, ...]:
        """The items that may be searched, sorted and counted by: those shown unmasked."""
        return tuple(name for name in self.items if name not in self.masks)

    @property
    def complete(self) -> bool:
        """Whether everything is shown as it is."""
        return self.allowed and not self.masks and not self.reasons

    def digest(self) -> str:
        """SHA-256 over what is shown; equal decisions may share a finished file."""
        body = json.dumps([self.items, sorted(self.masks.items())], ensure_ascii=False)
        return hashlib.sha256(body.encode()).hexdigest()


NOT_PUBLISHED: Final = Text(
    en="This dataset is a draft. Only the agency that prepares it can see it.",
    zh="该数据集仍是草稿，只有编制机构可以查看。",
)
WITHDRAWN: Final = Text(
    en="This dataset has been withdrawn; its data is no longer offered.",
    zh="该数据集已撤下，不再提供数据。",
)
NOTHING_OPEN: Final = Text(
    en="None of its items may be shown to you; each says why below.",
    zh="该数据集没有可向您展示的数据项，各项原因见下。",
)
_CLASS_WORDS: Final = {
    ("opening", "restricted"): Text(en="opened on request only", zh="受限开放，需申请"),
    ("opening", "forbidden"): Text(en="must not be opened", zh="禁止开放"),
    ("sharing", "restricted"): Text(en="shared on request only", zh="受限共享，需申请"),
    ("sharing", "not_shared"): Text(en="not shared", zh="不予共享"),
}
_LEVEL_WORDS: Final = Text(
    en="level L{level} is not shown without masking", zh="分级 L{level}，未经脱敏不得展示"
)


def decide(dataset: Dataset, viewpoint: Viewpoint, purpose: Purpose) -> Decision:
    """Which items of `dataset` may be seen from `viewpoint` for `purpose`."""
    if viewpoint == "owner":
        return _decision(dataset, viewpoint, purpose, items=tuple(item.name for item in dataset.items))
    if dataset.state == "draft":
        return _decision(dataset, viewpoint, purpose, listed=False, why=NOT_PUBLISHED)
    if dataset.state != "published":
        gone = {item.name: WITHDRAWN for item in dataset.items}
        return _decision(dataset, viewpoint, purpose, reasons=gone, why=WITHDRAWN)
    shown = tuple(item for item in dataset.items if _shown(item, viewpoint))
    hidden = {item.name: _why_hidden(item, viewpoint) for item in dataset.items if item not in shown}
    return _decision(
        dataset,
        viewpoint,
        purpose,
        items=tuple(item.name for item in shown),
        masks={item.name: item.mask or "" for item in shown if _only_masked(item, viewpoint)},
        reasons=hidden,
        why=None if shown else NOTHING_OPEN,
    )


def _decision(
    dataset: Dataset,
    viewpoint: Viewpoint,
    purpose: Purpose,
    *,
    listed: bool = True,
    items: tuple[str, ...] = (),
    masks: Mapping[str, str] | None = None,
    reasons: Mapping[str, Text] | None = None,
    why: Text | None = None,
) -> Decision:
    return Decision(
        dataset_id=dataset.id,
        purpose=purpose,
        viewpoint=viewpoint,
        listed=listed,
        allowed=bool(items),
        items=items,
        masks=masks or {},
        reasons=reasons or {},
        why=why,
    )


def on_request(dataset: Dataset, decision: Decision) -> tuple[Item, ...]:
    """The items that this viewpoint does not see in clear and may apply for: neither forbidden nor L4. Nothing for the owner,
    or where nothing is published."""
    if decision.viewpoint == "owner" or dataset.state != "published":
        return ()
    clear = set(decision.clear)
    return tuple(
        item
        for item in dataset.items
        if item.name not in clear
        and item.level <= MASKABLE_LEVEL
        and _kind(item, decision.viewpoint) in ("restricted", "unconditional")
    )


def _kind(item: Item, viewpoint: Viewpoint) -> str:
    return item.sharing.kind if viewpoint == "agency" else item.opening.kind


def _shown(item: Item, viewpoint: Viewpoint) -> bool:
    return _in_clear(item, viewpoint) or _only_masked(item, viewpoint)


def _in_clear(item: Item, viewpoint: Viewpoint) -> bool:
    """L1 that is open to the public; for agencies also what is shared unconditionally up to L2."""
    if item.opening.kind == "unconditional" and item.level <= OPEN_LEVEL:
        return True
    return viewpoint == "agency" and item.sharing.kind == "unconditional" and item.level <= SHARED_LEVEL


def _only_masked(item: Item, viewpoint: Viewpoint) -> bool:
    """L2 and L3 with a known masking profile, where the class says unconditional; L4 never."""
    granted = item.opening.kind == "unconditional" or (
        viewpoint == "agency" and item.sharing.kind == "unconditional"
    )
    return (
        granted
        and _hides_something(item.mask)
        and item.level <= MASKABLE_LEVEL
        and not _in_clear(item, viewpoint)
    )


def _hides_something(mask: str | None) -> bool:
    """A mask nobody declared, or one that shows every value, is no mask: the item stays hidden."""
    try:
        return not shows_all(mask)
    except MaskUnusable:
        return False


def _why_hidden(item: Item, viewpoint: Viewpoint) -> Text:
    """The reason a person reads where the values would be."""
    axis = "sharing" if viewpoint == "agency" else "opening"
    kind = _kind(item, viewpoint)
    if kind == "unconditional":
        return _LEVEL_WORDS.fill(level=item.level)
    given = item.sharing.reason if viewpoint == "agency" else item.opening.reason
    return _with_reason(_CLASS_WORDS[axis, kind], given)


def _with_reason(kind: Text, reason: Text) -> Text:
    return Text(
        en=f"{kind.en}: {reason.en}" if reason.en else kind.en,
        zh=f"{kind.zh}：{reason.zh}" if reason.zh else kind.zh,
    )
