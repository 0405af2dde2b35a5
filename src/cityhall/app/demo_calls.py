"""The demo city's hotline: the knowledge base, and two years of invented calls, some open, late, rated or answered in public."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cityhall.cases.actions import act, import_history, load_entries, name_unit
from cityhall.cases.queries import batches, latest_answers
from cityhall.kernel import clock
from cityhall.kernel.actor import system_actor
from cityhall.kernel.declared import read_yaml
from cityhall.packing.queries import pack_folder

BUILDER = system_actor("demo")
TYPE = "hotline_call"
MANY = 8_000
DAYS = 730
DISTRICTS = ("330302", "330303", "330304", "330305")
# Of a hundred calls, so many are of each kind.
KINDS = {"consultation": 44, "help": 26, "complaint": 18, "report": 4, "suggestion": 5, "thanks": 3}
CHANNELS = {"phone": 60, "app": 22, "web": 14, "mail": 4}
RESULTS = {"satisfied": 72, "fair": 20, "unreached": 8}
RATINGS = {"5": 60, "4": 28, "3": 12}
# Hours until a unit replies: the mean of an exponential, so that a known few are late.
REPLY = {"help": 60.0, "complaint": 150.0, "report": 150.0}
RATED, PUBLISHED = 0.35, 0.1
# Of the calls of the last days, so many have been lying since.
FORGOTTEN, LATELY = 0.04, 40
RECENT = 240
UNHAPPY = 8
COLUMNS = (
    "call_no", "kind", "what", "division", "channel", "agent", "dispatcher", "clerk", "caller", "unit", "answer", "article",
    "result", "rating", "taken", "answered_at_once", "acknowledged", "sent", "replied", "called_back", "rated", "published",
)  # fmt: skip


def build_calls(folder: Path, units: Mapping[str, str]) -> None:
    """Load the pack's entries and take in the invented calls, once; `units` gives the agency behind each code."""
    pack = pack_folder("hotline")
    if not latest_answers(source="knowledge", limit=1):
        for path in sorted((pack / "answers").glob("*.yaml")):
            load_entries(BUILDER, path, units)
    if batches(TYPE):
        return
    told = read_yaml(pack_folder("demo_city") / "hotline.yaml")
    for code in sorted({str(one["unit"]) for texts in told.values() for one in texts if "unit" in one}):
        name_unit(BUILDER, code, units[code])
    rows = list(_calls(told, Random(33358)))  # noqa: S311  (a seeded, synthetic city)
    source = folder / "hotline_calls.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    import_history(BUILDER, pack / "imports" / "steps.yaml", source)
    _trouble(rows)


def _trouble(rows: list[dict[str, Any]]) -> None:
    """What the history cannot tell: callers who are not happy at all, and cases that somebody watches."""
    settled = [one["call_no"] for one in rows if one.get("called_back") and not one.get("rated")]
    for number in settled[-UNHAPPY:]:
        act(BUILDER, number, "rate", {"rating": 1, "public_note": "问题又出现了"})
    waiting = [one["call_no"] for one in rows if one.get("sent") and not one.get("replied")]
    for number in waiting[:UNHAPPY]:
        act(BUILDER, number, "supervise", {"note": "请尽快办理"})


def _calls(told: Mapping[str, list[Mapping[str, str]]], chance: Random) -> Iterator[dict[str, Any]]:
    """A row per call in the order of calling. What would lie in the future has not happened."""
    today = clock.now().astimezone(clock.CITY_ZONE).replace(tzinfo=None, microsecond=0)
    shown: set[str] = set()  # what was answered in public once is not published again
    for number in range(MANY):
        taken = today - timedelta(days=DAYS) * (1 - (number + chance.random()) / MANY)
        kind = _one_of(KINDS, chance)
        said = chance.choice(told[kind])
        course = _course(kind, said, taken, today, chance)
        if said["what"] in shown or (today - taken).days > RECENT:
            course.pop("published", "")
        shown.update([said["what"]] if "published" in course else ())
        yield {
            "call_no": f"RX{number:07d}",
            "kind": kind,
            "what": said["what"],
            "division": chance.choice(DISTRICTS),
            "channel": _one_of(CHANNELS, chance),
            "agent": f"agent-{chance.randint(1, 24)}",
            "dispatcher": f"dispatcher-{chance.randint(1, 4)}",
            "clerk": f"clerk-{chance.randint(1, 60)}",
            "caller": f"caller-{number}",
            "taken": taken.replace(microsecond=0).isoformat(sep=" "),
            **course,
        }


def _course(
    kind: str, said: Mapping[str, str], taken: datetime, today: datetime, chance: Random
) -> dict[str, str]:
    if kind == "consultation":
        return _moments(taken, today, chance, {"answered_at_once": 0.2}) | {
            "answer": "已按知识库条目答复。",
            "article": said["article"],
        }
    if kind in ("suggestion", "thanks"):
        return _moments(taken, today, chance, {"acknowledged": 20.0}) | {"answer": said["answer"]}
    pace = {"sent": 1.2, "replied": REPLY[kind], "called_back": 16.0}
    pace |= {"rated": 8.0} if chance.random() < RATED else {}
    pace |= {"published": 30.0} if chance.random() < PUBLISHED else {}
    drawn = {"result": _one_of(RESULTS, chance), "rating": _one_of(RATINGS, chance)}
    return _moments(taken, today, chance, pace) | drawn | {"answer": said["answer"], "unit": said["unit"]}


def _moments(start: datetime, today: datetime, chance: Random, pace: Mapping[str, float]) -> dict[str, str]:
    """When each step was done, up to now."""
    found, at = {}, start
    forgotten = FORGOTTEN if (today - start).days < LATELY else 0
    for step, hours in pace.items():
        at += timedelta(hours=0.03 + chance.expovariate(1 / hours))
        if at >= today or chance.random() < forgotten:
            break
        found[step] = at.replace(microsecond=0).isoformat(sep=" ")
    return found


def _one_of(weights: Mapping[str, int], chance: Random) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
