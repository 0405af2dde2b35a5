"""How a benchmark tells its figures: one `Figure` per bar, kept as JSON and rendered into RESULTS.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
WORK = Path(os.environ.get("CITYHALL_BENCH_WORK") or FOLDER / "work")
LOAD = os.getloadavg()[0]
"""Processes that wanted a core in the minute before the script began."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: what, ours, the peer's or limit's value, the bar in words, and whether it was met."""

    what: str
    ours: str
    beside: str
    bar: str
    met: bool | None


def keep(name: str, figures: Sequence[Figure], note: str = "") -> None:
    """Print the figures and keep them for RESULTS.md."""
    for figure in figures:
        mark = {True: "met", False: "NOT MET", None: "shown"}[figure.met]
        print(
            f"{name}: {figure.what}: {figure.ours} | {figure.beside} | bar: {figure.bar} | {mark}", flush=True
        )
    WORK.mkdir(parents=True, exist_ok=True)
    body = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "load": round(LOAD, 1),
        "note": note,
        "figures": [asdict(figure) for figure in figures],
    }
    (WORK / f"{name}.json").write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")


def machine() -> str:
    """Cores and memory, e.g. `2 cores, 23 GiB, Python 3.11.7`."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def render(order: Sequence[str]) -> str:
    """RESULTS.md from the kept figures, in this order."""
    parts = [
        "# Results\n\nEach table is one run of one script, with its peer or limit in the same run; "
        "`make bench` writes this file anew.\n"
        "Machines differ; ratios travel, seconds do not. The load is that of the minute before the script began: "
        "where it is much above 0, others worked on the machine, and seconds are worse than they need be.\n"
    ]
    missing = [name for name in order if not (WORK / f"{name}.json").exists()]
    if missing:
        parts.append(f"\nNot run yet: {', '.join(missing)}.\n")
    for name in order:
        path = WORK / f"{name}.json"
        if not path.exists():
            continue
        body = json.loads(path.read_text(encoding="utf-8"))
        load = f", load {body['load']}" if "load" in body else ""
        parts.append(
            f"\n## {name}\n\n{body['date']}, {body['machine']}{load}. `python -m benchmarks {name}`\n\n"
        )
        parts.append("| what | ours | beside it | bar | met |\n|---|---|---|---|---|\n")
        for figure in body["figures"]:
            met = {True: "yes", False: "**no**", None: "–"}[figure["met"]]
            parts.append(
                f"| {figure['what']} | {figure['ours']} | {figure['beside']} | {figure['bar']} | {met} |\n"
            )
        if body["note"]:
            parts.append(f"\n{body['note']}\n")
    return "".join(parts)
