"""`cityhall cases …`: types of case, calendars, history, figures, and the proof that rows follow from events."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from cityhall.app.demo import built
from cityhall.app.histories import take_in_history
from cityhall.cases import actions, queries
from cityhall.cli.actor import operator
from cityhall.cli.main import language
from cityhall.cli.show import as_json, table
from cityhall.collection.queries import StagedTable
from cityhall.kernel.errors import catalogue
from cityhall.kernel.home import home
from cityhall.kernel.text import Text

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])
_SHOWN, _WIDE = 50, 160


@click.group()
def cases() -> None:
    """Work against a deadline: declared, counted, proven."""


@cases.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
def check(files: tuple[Path, ...]) -> None:
    """Check declarations and their examples; exit status 1 when something must be mended."""
    problems = [problem for file in files for problem in queries.check_type(file)]
    for problem in problems:
        said = problem.message.in_language(language())
        click.echo(f"{problem.file}:{problem.line}: {said}  [{problem.code}]")
    click.echo(f"{len(files)} sound" if not problems else "")
    sys.exit(1 if problems else 0)


@cases.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
def install(files: tuple[Path, ...]) -> None:
    """Install declarations; running cases keep the version they were born under."""
    for file in files:
        click.echo(f"{file.stem} version {actions.install_type(operator(), file)}")


@cases.command()
@click.argument("file", type=_FILE)
def calendar(file: Path) -> None:
    """Load a working calendar; open cases with other dates than before are computed anew."""
    click.echo(f"{file.stem} version {actions.load_calendar(operator(), file)}")


@cases.command()
@click.argument("code")
@click.argument("agency")
def unit(code: str, agency: str) -> None:
    """Say which agency (id or USCC) stands behind a responsible unit's code in the tables of types."""
    actions.name_unit(operator(), code, agency)


@cases.command(name="import")
@click.argument("mapping", type=_FILE)
@click.argument("source", type=_FILE)
@click.option("--json", "json_", is_flag=True)
def import_(mapping: Path, source: Path, json_: bool) -> None:
    """Take in history (any table file) through the live rules; what breaks them is kept apart with the reason."""
    report = take_in_history(operator(), mapping, source, read=_read, told=_Progress().told)
    if json_:
        as_json(report)
        return
    click.echo(
        f"{report.read:,} cases read = {report.taken:,} taken in + {report.refused:,} refused; {report.events:,} events"
    )
    if report.skipped:
        click.echo(f"{report.skipped} of {len(report.batches)} parts had been taken in before")
    reasons = sorted(report.reasons.items())
    table(
        ("reason", "cases", "meaning"),
        ((code, f"{many:,}", _meaning(code)) for code, many in reasons),
        "nothing refused",
    )
    if reasons:
        which = report.batches[0] if len(report.batches) == 1 else "TYPE"
        click.echo(f"Their rows: cityhall cases refused {which} -o refused.csv")


def _read(table: StagedTable, left_out: tuple[str, ...]) -> None:
    """How the file was read, to whoever may know better."""
    words = Text(en="not about this: {names}", zh="与映射无关：{names}").in_language(language())
    others = [words.format(names=", ".join(left_out))] if left_out else []
    notes = [one.text.in_language(language()) for one in table.notes]
    click.echo("; ".join((f"{table.name}: {table.format}, {table.encoding}", *others, *notes)), err=True)


class _Progress:
    """How many cases have been read, told to whoever sits at a terminal."""

    def __init__(self) -> None:
        self.read = 0

    def told(self, part: actions.ImportReport) -> None:
        """One more part is done."""
        self.read += part.read
        if sys.stderr.isatty():
            click.echo(f"\r{self.read:,} cases … ", nl=False, err=True)


def _meaning(code: str) -> str:
    """What a reason says, of whichever act and value."""
    known = next((one for one in catalogue() if one.code == code), None)
    act, field = ("某操作", "某项") if language().startswith("zh") else ("an act", "a value")
    return known(act=act, field=field).say(language()) if known else ""


@cases.command()
@click.argument("names", nargs=-1, required=True, metavar="TYPE_OR_BATCH…")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write all of them as CSV."
)
def refused(names: tuple[str, ...], output: Path | None) -> None:
    """What imports kept apart, with the rows it came from: mended, they are taken in as a file of their own."""
    known = queries.batches()
    chosen = [one for one in known if one.id in names or one.type in names]
    found = [case for one in chosen for case in queries.refusals(one.id, limit=one.refused)]
    if output is not None:
        click.echo(f"{output}: {_write(output, found):,} rows of {len(found):,} cases")
        return
    rows = ((one.number or "–", one.code, one.act or "–", _brief(one)) for one in found[:_SHOWN])
    table(("case", "reason", "act", "row"), rows, "nothing refused")
    if len(found) > _SHOWN:
        click.echo(f"{len(found):,} in all; -o FILE writes them")


def _brief(one: queries.RefusalInfo) -> str:
    row = one.rows[0] if one.rows else {}
    return ", ".join(f"{name}={value}" for name, value in row.items() if value)[:_WIDE]


def _write(path: Path, found: Sequence[queries.RefusalInfo]) -> int:
    """The rows as they were, after the reason; answers how many."""
    rows = [{"refused_because": one.code, "refused_act": one.act, **row} for one in found for row in one.rows]
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


@cases.command()
@click.option("--type", "type_name", default="", help="One type only.")
@click.option("--mend", is_flag=True, help="Write rows anew that differ.")
def rebuild(type_name: str, mend: bool) -> None:
    """Fold every case from its events and compare with its row; exit status 1 when one differs. The facts behind the figures are
    made anew."""
    differing = actions.rebuild(operator(), type_name, mend=mend)
    table(("case", "column"), differing[:50], "every row follows from its events")
    sys.exit(1 if differing and not mend else 0)


@cases.command()
@click.argument("type_name")
@click.option("--from", "first", type=_DAY, required=True)
@click.option("--to", "last", type=_DAY, required=True)
@click.option("--by", default="", help="agency, district, kind, state, or a column of the class table")
@click.option("--json", "json_", is_flag=True)
def measure(type_name: str, first: datetime, last: datetime, by: str, json_: bool) -> None:
    """The measures of a type for a period, over what is due in it."""
    figures = queries.measure(type_name, first.date(), last.date(), by=by)
    if json_:
        as_json(figures)
        return
    names = [one.id for one in queries.case_type(type_name).measures]
    rows = ((one.key or "-", *(_shown(one.measures[name]) for name in names)) for one in figures)
    table((by or "all", *names), rows, "no cases")


@cases.command()
@click.argument("type_name")
@click.option("--month", required=True, type=click.DateTime(["%Y-%m"]), help="As 2026-10.")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .pdf or .csv file.",
)
@click.option("--language", "in_language", type=click.Choice(["zh-hans", "en"]), default=None)
@click.option("--synthetic/--real", default=None, help="Say on every page that the data are synthetic.")
def bulletin(
    type_name: str, month: datetime, output: Path, in_language: str | None, synthetic: bool | None
) -> None:
    """The monthly bulletin of a type, for printing or as a table; the same facts give the same file."""
    made = queries.bulletin(
        type_name,
        month.date(),
        language=in_language or language(),
        form="csv" if output.suffix == ".csv" else "pdf",
        synthetic=built(home() / "demo") if synthetic is None else synthetic,
    )
    output.write_bytes(made)
    click.echo(f"{output}: {len(made):,} bytes")


@cases.command()
@click.option("--send", is_flag=True, help="Keep in the bucket what lies on this machine only.")
def files(send: bool) -> None:
    """Files of cases that are not where everything lasts; exit status 1 when there are any."""
    lost = actions.send_files() if send else queries.files_lost()
    table(("file",), ((one,) for one in lost), "every file of every case is there")
    sys.exit(1 if lost else 0)


@cases.command()
@click.argument("type_name")
def bpmn(type_name: str) -> None:
    """The type as a BPMN 2.0 document."""
    click.echo(queries.bpmn(type_name))


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
