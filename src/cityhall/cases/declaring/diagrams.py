"""A type of case as BPMN 2.0: states are events and user tasks, acts are the flows between them, clocks are timer events on the
states they start in. For reading and drawing elsewhere; never read back."""

from __future__ import annotations

from xml.etree import ElementTree

from cityhall.cases.declaring.shapes import STARTS, STAY, Act, CaseType, Clock, State

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
CANVAS = "http://www.omg.org/spec/DD/20100524/DC"
LINES = "http://www.omg.org/spec/DD/20100524/DI"
_WIDE, _HIGH, _ROUND = 120, 60, 36
_COLUMN, _ROW = 200, 120
Place = tuple[int, int, int, int]


def to_bpmn(made: CaseType) -> str:
    """The document, with shapes and edges so that any reader can draw it."""
    for prefix, space in (("", MODEL), ("bpmndi", DIAGRAM), ("dc", CANVAS), ("di", LINES)):
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.Element(
        f"{{{MODEL}}}definitions",
        {"id": f"{made.name}_{made.version}", "targetNamespace": "urn:cityhall:cases"},
    )
    process = _add(
        root,
        "process",
        {"id": made.name, "name": _both(made.title.zh, made.title.en), "isExecutable": "false"},
    )
    places = _places(made)
    _add(process, "startEvent", {"id": "start"})
    for state in made.states:
        _state(process, state)
    timers = [
        _timer(process, made, clock, state)
        for clock in made.clocks
        for state, role in enumerate(clock.roles)
        if role == STARTS
    ]
    flows = _flows(made)
    for name, title, source, target in flows:
        _add(process, "sequenceFlow", {"id": name, "name": title, "sourceRef": source, "targetRef": target})
    _draw(root, made, places, flows, timers)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def _state(process: ElementTree.Element, state: State) -> None:
    name = {"id": f"state_{state.id}", "name": _both(state.title.zh, state.title.en)}
    if state.end:
        _add(process, "endEvent", name)
    elif state.tasks:
        inner = _add(process, "subProcess", name)
        for task in state.tasks:
            _add(
                inner,
                "userTask",
                {"id": f"task_{state.id}_{task.id}", "name": _both(task.title.zh, task.title.en)},
            )
    else:
        _add(process, "userTask", name)


def _timer(process: ElementTree.Element, made: CaseType, clock: Clock, state: int) -> tuple[str, str]:
    """A timer that does not interrupt, on the state in which a clock starts."""
    host = f"state_{made.states[state].id}"
    name = f"clock_{clock.id}_{made.states[state].id}"
    title = clock.title
    event = _add(
        process,
        "boundaryEvent",
        {"id": name, "name": _both(title.zh, title.en), "attachedToRef": host, "cancelActivity": "false"},
    )
    _add(event, "timerEventDefinition", {"id": f"{name}_timer"})
    return name, host


def _flows(made: CaseType) -> list[tuple[str, str, str, str]]:
    """(id, name, source, target) of every way from state to state."""
    found = []
    for act in made.acts:
        if act.target == STAY or (act.built_in and act.id != "merge"):
            continue
        target = f"state_{made.states[act.target].id}"
        sources = (
            ["start"] if act.opens else [f"state_{made.states[number].id}" for number in sorted(act.sources)]
        )
        found += [
            (f"act_{act.id}_{source}", _title(act), source, target)
            for source in sources
            if not _ended(made, source)
        ]
    for state in made.states:
        if state.then != STAY:
            found.append((f"join_{state.id}", "", f"state_{state.id}", f"state_{made.states[state.then].id}"))
    return found


def _ended(made: CaseType, source: str) -> bool:
    """BPMN lets nothing leave an end; reopening is told in the act's own words elsewhere."""
    name = source.removeprefix("state_")
    return name in made.state_numbers and bool(made.states[made.state_numbers[name]].end)


def _title(act: Act) -> str:
    return _both(act.title.zh, act.title.en)


def _both(zh: str, en: str) -> str:
    return f"{zh} {en}"


def _places(made: CaseType) -> dict[str, Place]:
    """Where each shape stands: columns by distance from the start."""
    column = {act.target: 1 for act in made.acts if act.opens}
    waiting = list(column)
    while waiting:
        state = waiting.pop(0)
        targets = [
            act.target
            for act in made.acts
            if state in act.sources and act.target != STAY and not act.built_in
        ]
        for target in [*targets, made.states[state].then]:
            if target != STAY and target not in column:
                column[target] = column[state] + 1
                waiting.append(target)
    places: dict[str, Place] = {"start": (40, 52, _ROUND, _ROUND)}
    used: dict[int, int] = {}
    for state_ in made.states:
        at = column.get(state_.number, 1)
        row = used[at] = used.get(at, -1) + 1
        wide, high = (_ROUND, _ROUND) if state_.end else (_WIDE, _HIGH)
        places[f"state_{state_.id}"] = (at * _COLUMN, 40 + row * _ROW, wide, high)
    return places


def _draw(
    root: ElementTree.Element,
    made: CaseType,
    places: dict[str, Place],
    flows: list[tuple[str, str, str, str]],
    timers: list[tuple[str, str]],
) -> None:
    diagram = ElementTree.SubElement(root, f"{{{DIAGRAM}}}BPMNDiagram", {"id": "diagram"})
    plane = ElementTree.SubElement(
        diagram, f"{{{DIAGRAM}}}BPMNPlane", {"id": "plane", "bpmnElement": made.name}
    )
    for count, (name, host) in enumerate(timers):
        left, top, _, high = places[host]
        places[name] = (left + 10 + 24 * (count % 4), top + high - 12, 24, 24)
    for name, (left, top, wide, high) in places.items():
        shape = ElementTree.SubElement(
            plane, f"{{{DIAGRAM}}}BPMNShape", {"id": f"{name}_shape", "bpmnElement": name}
        )
        ElementTree.SubElement(
            shape,
            f"{{{CANVAS}}}Bounds",
            {"x": str(left), "y": str(top), "width": str(wide), "height": str(high)},
        )
    for name, _, source, target in flows:
        edge = ElementTree.SubElement(
            plane, f"{{{DIAGRAM}}}BPMNEdge", {"id": f"{name}_edge", "bpmnElement": name}
        )
        for left, top, wide, high in (places[source], places[target]):
            ElementTree.SubElement(
                edge, f"{{{LINES}}}waypoint", {"x": str(left + wide // 2), "y": str(top + high // 2)}
            )


def _add(parent: ElementTree.Element, name: str, attributes: dict[str, str]) -> ElementTree.Element:
    return ElementTree.SubElement(parent, f"{{{MODEL}}}{name}", attributes)
