"""The front door: one landed file in, staged tables out."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from cityhall.collection.decoding import sniff
from cityhall.collection.decoding.delimited import stage_delimited
from cityhall.collection.decoding.encodings import declared, detect
from cityhall.collection.decoding.sniff import Kind
from cityhall.collection.decoding.steady import unchanged
from cityhall.collection.decoding.tables import Hints, Limits, Progress, StagedTable
from cityhall.collection.errors import BinaryFile

ENDINGS = re.compile(r"\.(?:csv|tsv|txt|tab|dat|xlsx|xlsm|xls|ods|json|jsonl|ndjson|geojson|parquet|gz|tgz|tar|zip)$", re.I)


def stage(
    path: Path,
    name: str,
    into: Path,
    hints: Hints = Hints(),
    limits: Limits = Limits(),
    progress: Progress | None = None,
) -> tuple[StagedTable, ...]:
    """Every table in the file at `path`, as text, in the empty folder `into` (which the caller owns and removes).

    `name` is what the sender called the file; it names the tables and stands in errors, and decides nothing.
    Raises subclasses of CityhallError from collection.errors; then nothing in `into` may be used."""
    into.mkdir(parents=True, exist_ok=True)
    with unchanged(path, name):
        return _stage(path, name, into, hints, limits, progress or _silent)


def _stage(path: Path, name: str, into: Path, hints: Hints, limits: Limits, progress: Progress) -> tuple[StagedTable, ...]:
    match sniff.kind_of(path, name):
        case Kind.TEXT:
            encoding = declared(hints.encoding, name) if hints.encoding else detect(path)
            return (stage_delimited(path, name, stem_of(name), into, encoding, hints, limits, progress),)
        case _:
            raise BinaryFile(file=name)


def stem_of(name: str) -> str:
    """The file's name without folders and known endings."""
    stem = PurePath(name.replace("\\", "/")).name
    while ENDINGS.search(stem) and ENDINGS.sub("", stem):
        stem = ENDINGS.sub("", stem)
    return re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", stem)[:120] or "table"


def _silent(what: str, done: int, total: int) -> None:
    """Nobody wants to know."""
