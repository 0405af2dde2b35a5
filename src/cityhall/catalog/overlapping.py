"""Do not collect twice: which other datasets already collect the same about the same subject. Pure but for
the vocabulary `subjects.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cityhall.catalog.terms import FOLDER
from cityhall.kernel.declared import read_yaml
from cityhall.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Collected:
    """What a dataset collects, as far as this question needs it: items as (name, element or empty),
    the names of the key's items, and what items are called where that is not their name."""

    dataset_id: str
    code: str
    title: Text
    agency_id: str
    items: tuple[tuple[str, str], ...]
    key: tuple[str, ...] = ()
    titles: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another dataset that already collects a good part of this one. `share` 0..1 is the part of this dataset's
    own items found there, `common` the pairs (own item, their item), `why` the explanation for people."""

    dataset_id: str
    code: str
    title: Text
    agency_id: str
    subject: str
    share: float
    common: tuple[tuple[str, str], ...]
    why: Text


_WHY = Text(
    en="“{title}” already collects {common} of the {all} other items here, on the same {subject}: {names}.",
    zh="“{title}”已就{subject}采集了本数据集其余 {all} 个数据项中的 {common} 个：{names}。",
)


def identifying() -> frozenset[str]:
    """The standard elements that say whom or what a row is about."""
    return frozenset(_vocabulary()["identifying"])


def overlaps(own: Collected, others: Iterable[Collected]) -> tuple[Overlap, ...]:
    """The others that collect at least the agreed share of `own`, the greatest share first."""
    found = (overlap for other in others for overlap in _overlap(own, other))
    return tuple(sorted(found, key=lambda overlap: (-overlap.share, overlap.code)))


def _overlap(own: Collected, other: Collected) -> Iterator[Overlap]:
    theirs = _subjects(other)
    subject = next((element for element in _subjects(own) if element in theirs), "")
    mine = [item for item in own.items if item[1] not in identifying()]
    if not subject or not mine:
        return
    common = tuple(pair for item in mine for pair in _counterpart(item, other))
    share = len(common) / len(mine)
    if share >= _vocabulary()["share"]:
        yield Overlap(
            dataset_id=other.dataset_id,
            code=other.code,
            title=other.title,
            agency_id=other.agency_id,
            subject=_vocabulary()["identifying"][subject]["subject"],
            share=share,
            common=common,
            why=_explained(subject, other.title, [_called(own, name) for name, _ in common], len(mine)),
        )


def _subjects(dataset: Collected) -> list[str]:
    """The elements by which the dataset identifies what its rows are about."""
    known = _vocabulary()["identifying"]
    return [
        element
        for name, element in dataset.items
        if element in known and (name in dataset.key or not known[element].get("in_key"))
    ]


def _counterpart(item: tuple[str, str], other: Collected) -> Iterator[tuple[str, str]]:
    """The other's item of the same specific element or of the same name, if any."""
    name, element = item
    specific = element and element not in _vocabulary()["general"]
    for their_name, their_element in other.items:
        same = specific and element == their_element
        if same or folded(name) == folded(their_name):
            yield name, their_name
            return


def folded(name: str) -> str:
    """A name without width, case, spaces and punctuation, so that spellings of one word are equal."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", name).casefold()) or name


def _called(own: Collected, name: str) -> Text:
    title = own.titles.get(name) or Text("", "")
    return Text(en=title.en or name, zh=title.zh or name)


def _explained(subject: str, title: Text, common: list[Text], total: int) -> Text:
    what = Text.from_dict(_vocabulary()["identifying"][subject]["title"])
    facts = {"common": len(common), "all": total}
    return Text(
        en=_WHY.en.format(
            title=title.en, subject=what.en, names=", ".join(one.en for one in common), **facts
        ),
        zh=_WHY.zh.format(
            title=title.zh, subject=what.zh, names="、".join(one.zh for one in common), **facts
        ),
    )


@cache
def _vocabulary() -> dict[str, Any]:
    vocabulary: dict[str, Any] = read_yaml(FOLDER / "subjects.yaml")
    return vocabulary
