"""What a declaration says about figures: which of them become open data, and how districts, units and inspectors are scored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cityhall.cases.declaring.strict import Document
from cityhall.kernel.text import Text

DIVIDED = ("agency", "district", "street", "area", "kind")
LEAST = 5
FULL = 100


@dataclass(frozen=True, slots=True)
class Publication:
    """How figures leave the house: `open` to everybody or not, divided `by` which dimensions, and the `least` number of cases
    that a published row stands for, so that none of them tells of one reporter."""

    open: bool = True
    least: int = LEAST
    by: tuple[str, ...] = DIVIDED


@dataclass(frozen=True, slots=True)
class Indicator:
    """The part of one measure in a score: all of `weight` at `best` and beyond, nothing at `worst`, in between in proportion.
    Without bounds the least and the greatest value of those compared are the bounds; `lower` then says that less is better."""

    measure: str
    weight: float
    worst: float | None
    best: float | None
    lower: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A composite score of up to 100, for those that the dimension `of` tells apart, in force from a day until the day before
    another (ISO; empty: always). Who has fewer than `least` cases is not ranked; what is not `open` is for supervisors."""

    id: str
    title: Text
    of: str
    since: str
    until: str
    least: int
    open: bool
    indicators: tuple[Indicator, ...]

    def in_force(self, day: str) -> bool:
        """Whether it is the rule on a day (ISO)."""
        return self.since <= day and (not self.until or day < self.until)


def publication(said: Mapping[str, Any] | None) -> Publication:
    """The `figures:` of a declaration; everything is said by default."""
    said = said or {}
    return Publication(said.get("open", True), said.get("least", LEAST), tuple(said.get("by", DIVIDED)))


def evaluations(
    said: Mapping[str, Any] | None, measures: Iterable[str], patrols: Iterable[str], document: Document
) -> tuple[Evaluation, ...]:
    """The `evaluation:` of a declaration; weights that do not make 100 and unknown measures are blamed. Those of rounds are
    known where inspectors are compared."""
    known, rounds = frozenset(measures), frozenset(patrols)
    for name in sorted(known & rounds):
        document.blame(
            "name.twice",
            ("patrols", name),
            "{name} is a measure over cases too",
            "{name} 与案件指标重名",
            name=name,
        )
    found = tuple(_evaluation(name, one) for name, one in (said or {}).items())
    for one in found:
        _check(one, known | rounds if one.of == "opener" else known, document)
        for other in found[: found.index(one)]:
            if one.of == other.of and _overlap(one, other):
                document.blame(
                    "evaluation.overlap",
                    ("evaluation", one.id),
                    "{one} and {other} are in force on the same day",
                    "{one} 与 {other} 的有效期重叠",
                    one=one.id,
                    other=other.id,
                )
    return found


def _evaluation(name: str, said: Mapping[str, Any]) -> Evaluation:
    return Evaluation(
        id=name,
        title=Text(en=said["en"], zh=said["zh"]),
        of=said["of"],
        since=said.get("from", ""),
        until=said.get("to", ""),
        least=said.get("least", LEAST),
        open=said.get("open", True),
        indicators=tuple(
            Indicator(measure, one["weight"], one.get("worst"), one.get("best"), one.get("better") == "lower")
            for measure, one in said["score"].items()
        ),
    )


def _check(one: Evaluation, known: frozenset[str], document: Document) -> None:
    place = ("evaluation", one.id)
    for indicator in one.indicators:
        if indicator.measure not in known:
            document.blame(
                "name.unknown",
                (*place, "score", indicator.measure),
                "There is no measure named {name}",
                "没有名为 {name} 的指标",
                name=indicator.measure,
            )
        if (indicator.worst is None) != (indicator.best is None) or (
            indicator.worst is not None and indicator.worst == indicator.best
        ):
            document.blame(
                "evaluation.bounds",
                (*place, "score", indicator.measure),
                "Say worst: and best:, two different values, or neither",
                "worst 与 best 须同时给出且不相等，或都不写",
            )
    total = sum(indicator.weight for indicator in one.indicators)
    if abs(total - FULL) > 1e-9:
        document.blame(
            "evaluation.weights",
            (*place, "score"),
            "The weights make {total}, not 100",
            "权重合计为 {total}，应为 100",
            total=f"{total:g}",
        )


def _overlap(one: Evaluation, other: Evaluation) -> bool:
    return (not one.until or other.since < one.until) and (not other.until or one.since < other.until)
