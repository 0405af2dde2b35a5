"""The same seven steps by others: SpiffWorkflow as it is used (load, step, save), and `transitions`; beside our own fold."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.figures import Figure

STEPS = ("report", "accept", "file", "dispatch", "handle", "check", "settle")
STATES = ("new", "reported", "accepted", "filed", "dispatched", "handled", "checked", "settled")
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def peers(import_all: Callable[[], list[int]], many: int) -> list[Figure]:
    """Cases a CPU second of each, theirs on `many` cases, and the ratios. Ours reads a file, asks every rule, runs the clocks and
    saves rows, events, facts and ledger entry, file after file; theirs load, step and save each step in a table of SQLite in
    memory."""
    start = time.process_time()
    taken = import_all()
    ours = sum(taken) / (time.process_time() - start)
    told = f"{taken[0]:,} cases of seven steps, read to saved ({len(taken)} files)"
    found = [Figure(told, f"{ours:,.0f} cases a CPU s", "", "shown", None)]
    for name, bar, module, run in (
        ("SpiffWorkflow, load-step-save", 100, "SpiffWorkflow", _spiff),
        ("transitions, load-step-save", 3, "transitions", _transitions),
    ):
        if find_spec(module) is None:
            found.append(Figure(f"beside {name}", "not installed", "", f">= {bar}x", None))
            continue
        theirs = run(many)
        told = f"{theirs:,.0f} cases a CPU s"
        found.append(
            Figure(f"beside {name}", f"{ours / theirs:,.1f}x", told, f">= {bar}x", ours >= bar * theirs)
        )
    return found


def _transitions(many: int) -> float:
    from transitions import Machine

    class Model:
        pass

    machine = Machine(states=list(STATES), initial="new", auto_transitions=False, send_event=False)
    for name, source, target in zip(STEPS, STATES, STATES[1:], strict=False):
        machine.add_transition(f"do_{name}", source, target)
    begin, kept = time.process_time(), _Kept()
    for number in range(many):
        kept.save(number, "new")
        for name in STEPS:
            model: Any = Model()
            machine.add_model(model, initial=kept.load(number))
            getattr(model, f"do_{name}")()
            kept.save(number, model.state)
            machine.remove_model(model)
        assert kept.load(number) == "settled"
    return many / (time.process_time() - begin)


class _Kept:
    """Where the peers keep their cases."""

    def __init__(self) -> None:
        self.table = sqlite3.connect(":memory:")
        self.table.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, body TEXT)")

    def save(self, number: int, body: str) -> None:
        self.table.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (number, body))

    def load(self, number: int) -> str:
        return str(self.table.execute("SELECT body FROM kept WHERE number = ?", (number,)).fetchone()[0])


def _process() -> str:
    tasks = "".join(f'<userTask id="{name}" name="{name}"/>' for name in STEPS)
    path = ("start", *STEPS, "end")
    flows = "".join(
        f'<sequenceFlow id="f{at}" sourceRef="{source}" targetRef="{target}"/>'
        for at, (source, target) in enumerate(pairwise(path))
    )
    return (
        f'<definitions xmlns="{BPMN}" targetNamespace="urn:bench"><process id="urban" isExecutable="true">'
        f'<startEvent id="start"/>{tasks}<endEvent id="end"/>{flows}</process></definitions>'
    )


def _spiff(many: int) -> float:
    from SpiffWorkflow.bpmn.parser import BpmnParser
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    with TemporaryDirectory() as folder:
        path = Path(folder) / "urban.bpmn"
        path.write_text(_process(), "utf-8")
        parser = BpmnParser()
        parser.add_bpmn_file(str(path))
        spec = parser.get_spec("urban")
    serializer = BpmnWorkflowSerializer()
    begin, kept = time.process_time(), _Kept()
    for number in range(many):
        workflow = BpmnWorkflow(spec)
        workflow.do_engine_steps()
        kept.save(number, serializer.serialize_json(workflow))
        for _ in STEPS:
            workflow = serializer.deserialize_json(kept.load(number))
            workflow.get_tasks(state=TaskState.READY, manual=True)[0].run()
            workflow.do_engine_steps()
            kept.save(number, serializer.serialize_json(workflow))
        assert workflow.is_completed()
    return many / (time.process_time() - begin)
