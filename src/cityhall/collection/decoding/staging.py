"""The front door: one landed file in, staged tables out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from cityhall.collection.decoding import sniff
from cityhall.collection.decoding.archives import Meter, unpack
from cityhall.collection.decoding.delimited import stage_delimited
from cityhall.collection.decoding.encodings import Encoding, check_declared, declared, detect
from cityhall.collection.decoding.notes import note
from cityhall.collection.decoding.parquet import stage_parquet
from cityhall.collection.decoding.records import stage_records
from cityhall.collection.decoding.sniff import Kind
from cityhall.collection.decoding.steady import unchanged
from cityhall.collection.decoding.tables import Hints, Limits, Note, Progress, StagedTable
from cityhall.collection.decoding.transcode import to_utf8
from cityhall.collection.decoding.workbooks import stage_workbook
from cityhall.collection.errors import ArchiveTooLarge, HintNotMet, NotATable
from cityhall.kernel.errors import CityhallError, LimitExceeded
from cityhall.kernel.text import Text

ENDINGS = re.compile(
    r"\.(?:csv|tsv|txt|tab|dat|xlsx|xlsm|xls|ods|json|jsonl|ndjson|geojson|parquet|gz|tgz|tar|zip)$", re.I
)
LONGEST_PROSE = 50
PROSE = Text(en="it is text about the tables beside it", zh="它是对同一压缩包中表格的说明文字")


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way; members of an archive are jobs of their own, one level deeper."""

    path: Path
    name: str
    into: Path
    hints: Hints
    limits: Limits
    progress: Progress
    meter: Meter
    depth: int = 0


def stage(
    path: Path,
    name: str,
    into: Path,
    hints: Hints | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[StagedTable, ...]:
    """Every table in the file at `path`, as text, in the folder `into` (which the caller owns and removes).

    `name` is what the sender called the file; it names the tables and stands in errors, and decides nothing.
    Raises subclasses of CityhallError from collection.errors; then nothing in `into` may be used."""
    limits = limits or Limits()
    into.mkdir(parents=True, exist_ok=True)
    with unchanged(path, name):
        meter = Meter(limits, name, path.stat().st_size)
        return _stage(Job(path, name, into, hints or Hints(), limits, progress or _silent, meter))


def _stage(job: Job) -> tuple[StagedTable, ...]:
    kind = sniff.kind_of(job.path, job.name)
    match kind:
        case Kind.TEXT:
            return (_text(job),)
        case Kind.JSON:
            encoding = _encoding(job)
            return (
                stage_records(
                    job.path,
                    job.name,
                    stem_of(job.name),
                    job.into,
                    encoding,
                    job.hints,
                    job.limits,
                    job.progress,
                ),
            )
        case Kind.PARQUET:
            return (stage_parquet(job.path, job.name, stem_of(job.name), job.into, job.limits),)
        case Kind.XLSX | Kind.XLS | Kind.ODS:
            return stage_workbook(job.path, job.name, job.into, kind, job.hints, job.limits, job.progress)
        case _:
            return _archive(job, kind)


def _encoding(job: Job) -> Encoding:
    found = detect(job.path)
    if not job.hints.encoding:
        return found
    asked = declared(job.hints.encoding, job.name)
    check_declared(job.path, job.name, asked, found)
    return replace(asked, mark=found.mark)


def _text(job: Job) -> StagedTable:
    encoding = _encoding(job)
    path = job.path
    if encoding.codec.startswith("utf-16"):
        path = to_utf8(path, encoding.codec, job.into / "text.utf8")
        encoding = Encoding("utf-8", encoding.name)
    table = stage_delimited(
        path, job.name, stem_of(job.name), job.into, encoding, job.hints, job.limits, job.progress
    )
    if path != job.path:
        path.unlink()
    return table


def _archive(job: Job, kind: Kind) -> tuple[StagedTable, ...]:
    if job.depth >= job.limits.nesting:
        raise ArchiveTooLarge(file=job.name, what="levels", found=job.depth + 1, limit=job.limits.nesting)
    tables: list[StagedTable] = []
    prose: list[tuple[str, StagedTable]] = []
    refused: list[tuple[str, CityhallError]] = []
    names: list[str] = []
    for member in unpack(job.path, job.name, kind, job.into / "unpacked", job.meter):
        names.append(member.name)
        if _is_wanted(job, kind, member.name):
            folder = job.into / f"{job.depth}_{job.meter.members}"
            folder.mkdir(parents=True, exist_ok=True)
            inner = replace(job, path=member.path, name=member.name, into=folder, depth=job.depth + 1)
            try:
                found = _stage(inner)
                if _is_prose(member.name, found):
                    prose.append((member.name, found[0]))
                else:
                    tables += found if kind is Kind.GZIP else _named(found, member.name)
            except LimitExceeded:
                raise
            except CityhallError as error:
                refused.append((member.name, error))
        member.path.unlink(missing_ok=True)
    if tables:
        refused += [(name, NotATable(file=name, why_en=PROSE.en, why_zh=PROSE.zh)) for name, _ in prose]
    else:
        tables = [table for _, table in prose]
    return _together(job, tables, refused, names)


def _is_prose(member: str, tables: tuple[StagedTable, ...]) -> bool:
    """Whether a member is words about the tables beside it: a short .txt or .md in one column."""
    short = len(tables) == 1 and len(tables[0].columns) == 1 and tables[0].rows <= LONGEST_PROSE
    return short and PurePath(member).suffix.lower() in (".txt", ".md")


def _is_wanted(job: Job, kind: Kind, member: str) -> bool:
    """A named sheet may be a member of the archive; then only it is read."""
    asked = job.hints.sheet
    if kind is Kind.GZIP or not asked or job.depth:
        return True
    return member == asked or PurePath(member).name == asked or not ENDINGS.search(asked)


def _named(tables: tuple[StagedTable, ...], member: str) -> Iterator[StagedTable]:
    """A table is called after its member, a sheet of a workbook in an archive after both."""
    for table in tables:
        both = len(tables) > 1 and not table.name.startswith(stem_of(member))
        yield replace(table, name=f"{stem_of(member)} {table.name}") if both else table


def _together(
    job: Job, tables: list[StagedTable], refused: list[tuple[str, CityhallError]], names: list[str]
) -> tuple[StagedTable, ...]:
    if len(refused) == 1 and not tables:
        raise refused[0][1]
    if not tables:
        if names and not refused:
            raise HintNotMet(
                file=job.name, what="member / 成员", asked=job.hints.sheet, found=", ".join(names[:20])
            )
        en = "; ".join(error.say("en") for _, error in refused[:3]) or "the archive is empty"
        zh = "；".join(error.say("zh") for _, error in refused[:3]) or "压缩包是空的"
        raise NotATable(file=job.name, why_en=en, why_zh=zh)
    remarks: tuple[Note, ...] = tuple(
        note("member_refused", count=1, what=name, why_en=error.say("en"), why_zh=error.say("zh"))
        for name, error in refused
    )
    return (replace(tables[0], notes=tables[0].notes + remarks), *tables[1:])


def stem_of(name: str) -> str:
    """The file's name without folders and known endings."""
    stem = PurePath(name.replace("\\", "/")).name
    while ENDINGS.search(stem) and ENDINGS.sub("", stem):
        stem = ENDINGS.sub("", stem)
    return re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", stem)[:120] or "table"


def _silent(what: str, done: int, total: int) -> None:
    """Nobody wants to know."""
