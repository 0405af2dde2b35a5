"""Checking the whole log: every entry against its body, the tree against every signed checkpoint.

When something was changed, it says what: an entry whose body, columns or place was altered, an entry that is
gone, a stored hash, a checkpoint, or a whole database set back to an earlier state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import orjson
from django.db.models import Subquery

from cityhall.kernel.text import Text
from cityhall.ledger import tiles
from cityhall.ledger.errors import CheckpointBroken
from cityhall.ledger.merkle import Frontier, leaf_hash, perfect_root
from cityhall.ledger.models import Checkpoint, Entry, Log, Tile
from cityhall.ledger.notes import Head, node_signer, open_note
from cityhall.ledger.publishing import lost, published
from cityhall.ledger.tiles import WIDTH

Kind = Literal[
    "entry_changed",
    "entry_missing",
    "entry_extra",
    "hash_changed",
    "tree_changed",
    "checkpoint_broken",
    "set_back",
]
MOST_PROBLEMS = 1000
_CHUNK = 2000
_TILES = 64

_SENTENCES: dict[Kind, Text] = {
    "entry_changed": Text(
        "Entry {entry} at position {position} was changed", "位置 {position} 的记录 {entry} 被更改"
    ),
    "entry_missing": Text("The entry at position {position} is gone", "位置 {position} 的记录缺失"),
    "entry_extra": Text(
        "Entry {entry} at position {position} is not in the tree", "位置 {position} 的记录 {entry} 不在树中"
    ),
    "hash_changed": Text(
        "The stored hash at position {position} was changed", "位置 {position} 的已存哈希被更改"
    ),
    "tree_changed": Text(
        "The stored tree was changed near position {position}", "位置 {position} 附近的已存树被更改"
    ),
    "checkpoint_broken": Text(
        "The checkpoint at size {position} does not hold", "第 {position} 条处的检查点不成立"
    ),
    "set_back": Text(
        "The published checkpoint {position} is not in this database: it was set back to an earlier state",
        "已发布的检查点 {position} 不在此数据库中：数据库曾退回到更早的状态",
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was signed. `position` counts from 0; `entry_id` is empty when unknown."""

    kind: Kind
    position: int
    entry_id: str = ""
    detail: str = ""

    @property
    def sentence(self) -> Text:
        """The problem in words."""
        return _SENTENCES[self.kind].fill(entry=self.entry_id, position=self.position)


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer of `verify`: how much was checked, and what does not hold (at most 1000 problems are listed)."""

    origin: str
    size: int
    root: str
    waiting: int
    checkpoints: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return not self.problems


@dataclass(slots=True)
class _Audit:
    """The state of one pass: the tree of the entries as they are, and of the hashes as they were stored."""

    entries: Frontier = field(default_factory=Frontier)
    stored: Frontier = field(init=False)  # the same object as `entries` until they differ
    suspects: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stored = self.entries

    def add(self, leaf: bytes, stored: bytes) -> None:
        """Grow both trees by the entry's hash as it is and as it was stored."""
        if leaf != stored and self.stored is self.entries:
            self.stored = self.entries.copy()
        self.entries.add(leaf)
        if self.stored is not self.entries:
            self.stored.add(stored)

    def note(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)


def verify() -> Verification:
    """Read the whole log once and check all of it; tens of thousands of entries a second, in constant memory."""
    log = Log.objects.filter(id=1).first() or Log(origin="", size=0)
    signer = node_signer(signed_before=log.size > 0)
    audit = _Audit()
    heads = _checkpoints(log, signer.public, audit)
    _read_entries(log.size, {head.size: head.root for head in heads}, audit)
    _check_upper_levels(log.size, audit)
    _check_newest(log.size, heads, audit)
    _check_beyond(audit)
    _check_published(log.origin, signer.public, audit)
    return Verification(
        origin=log.origin,
        size=log.size,
        root=audit.entries.root().hex(),
        waiting=Entry.objects.filter(position=None).count(),
        checkpoints=len(heads),
        problems=tuple(audit.problems),
    )


# ---- checkpoints ----


def _checkpoints(log: Log, public: bytes, audit: _Audit) -> list[Head]:
    """The heads of all checkpoints that are well signed and say what their row says."""
    heads = []
    for row in Checkpoint.objects.filter(size__lte=log.size).order_by("size").iterator(_CHUNK):
        try:
            head = open_note(row.note, public)
        except CheckpointBroken as error:
            audit.note(Problem("checkpoint_broken", row.size, detail=str(error.facts["reason"])))
            continue
        if (head.origin, head.size, head.root.hex()) != (log.origin, row.size, row.root):
            audit.note(Problem("checkpoint_broken", row.size, detail="row"))
            continue
        heads.append(head)
    return heads


def _check_newest(size: int, heads: list[Head], audit: _Audit) -> None:
    """The log ends at a checkpoint."""
    if size != (heads[-1].size if heads else 0):
        audit.note(Problem("checkpoint_broken", size, detail="the newest checkpoint is missing"))


def _check_beyond(audit: _Audit) -> None:
    """Nothing lies beyond the end. Each question is one statement, so that a sequencer at work cannot mislead it."""
    end = Subquery(Log.objects.filter(id=1).values("size"))
    for position, entry_id in Entry.objects.filter(position__gte=end).values_list("position", "id")[
        :MOST_PROBLEMS
    ]:
        audit.note(Problem("entry_extra", position or 0, entry_id))
    for size in Checkpoint.objects.filter(size__gt=end).values_list("size", flat=True)[:MOST_PROBLEMS]:
        audit.note(Problem("checkpoint_broken", size, detail="beyond the end"))


def _check_published(origin: str, public: bytes, audit: _Audit) -> None:
    """What this node published last, and what it set aside because the database had lost it, is in the database."""
    newest = published(origin) if origin else None
    for text in (*((newest,) if newest else ()), *(lost(origin) if origin else ())):
        try:
            head = open_note(text, public)
        except CheckpointBroken:
            audit.note(Problem("checkpoint_broken", -1, detail="published file"))
            continue
        if not Checkpoint.objects.filter(size=head.size, note=text).exists():
            audit.note(Problem("set_back", head.size))


# ---- entries ----


def _read_entries(size: int, roots: dict[int, bytes], audit: _Audit) -> None:
    leaves = _stored_leaves(size)
    for row in _by_position(size):
        if row["position"] != audit.stored.size:
            _bridge_gap(row["position"], size, leaves, roots, audit)
        if row["position"] != audit.stored.size:
            audit.note(Problem("entry_extra", row["position"], row["id"]))
            continue
        _check_entry(row, next(leaves), audit)
        _compare(roots, audit)
    _bridge_gap(size, size, leaves, roots, audit)
    for suspect in audit.suspects:  # no sound checkpoint came after them
        audit.note(suspect)


def _by_position(size: int) -> Iterator[Any]:
    rows = Entry.objects.filter(position__lt=size).order_by("position")
    return rows.values("position", "id", "verb", "actor", "subject", "at", "body").iterator(_CHUNK)


def _bridge_gap(
    until: int, size: int, leaves: Iterator[bytes], roots: dict[int, bytes], audit: _Audit
) -> None:
    """Entries are gone: say so, and go on with the stored hashes, so that what follows can still be judged."""
    while audit.stored.size < min(until, size):
        audit.note(Problem("entry_missing", audit.stored.size))
        leaf = next(leaves)
        audit.add(leaf, leaf)
        _compare(roots, audit)


def _check_entry(row: dict[str, Any], stored: bytes, audit: _Audit) -> None:
    leaf = leaf_hash(row["body"].encode())
    audit.add(leaf, stored)
    if leaf != stored:
        audit.suspects.append(Problem("entry_changed", row["position"], row["id"], "body"))
    elif column := _differing_column(row):
        audit.note(Problem("entry_changed", row["position"], row["id"], column))


def _differing_column(row: dict[str, Any]) -> str:
    """The first column that does not say what the body says."""
    try:
        body = orjson.loads(row["body"])
        said = {**body, "at": datetime.fromisoformat(body["at"])}
    except (ValueError, KeyError, TypeError):
        return "body"
    return next((name for name in ("id", "verb", "actor", "subject", "at") if row[name] != said[name]), "")


def _compare(roots: dict[int, bytes], audit: _Audit) -> None:
    """At a signed size: which of the two trees is the signed one tells what was changed, the entry or the hash."""
    signed = roots.get(audit.entries.size)
    if signed is None:
        return
    entries_hold, hashes_hold = audit.entries.root() == signed, audit.stored.root() == signed
    suspects, audit.suspects = audit.suspects, []
    for suspect in suspects:
        audit.note(Problem("hash_changed", suspect.position) if entries_hold else suspect)
    if not entries_hold and not hashes_hold and not suspects:
        audit.note(Problem("checkpoint_broken", audit.entries.size, detail="root"))
    if entries_hold:
        audit.stored = audit.entries
    elif hashes_hold:
        audit.entries = audit.stored


# ---- the stored tree ----


def _stored_leaves(size: int) -> Iterator[bytes]:
    """The leaf hashes as they were stored; zeros where a tile is gone or short."""
    count = (size + WIDTH - 1) // WIDTH
    for index, hashes in _tiles(0, count):
        used = min(WIDTH, size - index * WIDTH)
        yield from (hashes + [bytes(32)] * used)[:used]


def _check_upper_levels(size: int, audit: _Audit) -> None:
    """Each hash of a level above the leaves is the root of the full tile below it."""
    level, width = 1, size // WIDTH
    while width:
        parents = (digest for _, hashes in _tiles(level, width // WIDTH + 1) for digest in hashes)
        for index, below in _tiles(level - 1, width):
            if len(below) != WIDTH or next(parents, b"") != perfect_root(below):
                audit.note(Problem("tree_changed", index * WIDTH**level))
        level, width = level + 1, width // WIDTH


def _tiles(level: int, count: int) -> Iterator[tuple[int, list[bytes]]]:
    """The first `count` tiles of a level in order, empty ones where a tile is gone."""
    for start in range(0, count, _TILES):
        block = range(start, min(start + _TILES, count))
        rows = Tile.objects.filter(level=level, index__range=(block[0], block[-1]))
        found = {index: bytes(hashes) for index, hashes in rows.values_list("index", "hashes")}
        for index in block:
            yield index, tiles.split(found.get(index, b""))
