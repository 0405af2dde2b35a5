"""Acts that every type has without saying so: hands, words, warnings, duplicates, ratings, tasks, children."""

from __future__ import annotations

from cityhall.cases.declaring.shapes import STAY, Act, State
from cityhall.kernel.text import Text

# id -> (Chinese, English, from which states, who, what it needs, shown to the public)
_ACTS: dict[str, tuple[str, str, str, tuple[str, ...], tuple[str, ...], bool]] = {
    "claim": ("认领", "Claim", "open", ("hand",), ("holder",), False),
    "assign": ("指派", "Assign", "open", ("hand", "supervisor"), ("holder",), False),
    "release": ("放回", "Release", "open", ("hand", "supervisor"), (), False),
    "urge": ("催办", "Urge", "open", ("reporter", "supervisor"), (), True),
    "supervise": ("督办", "Put under supervision", "open", ("supervisor",), (), False),
    "comment": ("留言", "Comment", "any", ("worker", "reporter", "supervisor"), (), True),
    "attach": ("上传附件", "Attach a file", "any", ("worker", "reporter", "supervisor"), (), False),
    "amend": ("更正信息", "Correct", "open", ("hand", "supervisor"), (), False),
    "warned": ("临期提醒", "Nearly due", "open", ("system",), (), False),
    "overdue": ("超期", "Overdue", "open", ("system",), (), False),
    "child_opened": ("发起子案件", "Part opened", "open", ("system",), (), False),
    "child_ended": ("子案件办结", "Part ended", "open", ("system",), (), False),
    "finish_task": ("完成任务", "Complete a task", "tasks", ("hand",), (), False),
    "rate": ("评价", "Rate", "settled", ("reporter",), (), False),
    "merge": ("并案", "Join with another case", "open", ("worker", "supervisor"), (), True),
    "moved": ("换用新版流程", "Moved to a newer version", "any", ("system",), (), False),
}
NAMES = frozenset(_ACTS)
# Roles that are not declared: whoever may do some declared act now (hand) or at some time (worker); holders of
# `cases.supervise`; who reported; the system.
ROLES = frozenset({"hand", "worker", "supervisor", "reporter", "system"})


def built_in_acts(states: tuple[State, ...], first: int, rated: bool) -> list[Act]:
    """The built-in acts that make sense for these states, numbered from `first`."""
    found: list[Act] = []
    for name, (zh, en, where, by, needs, public) in _ACTS.items():
        sources = _sources(where, states)
        target = (
            next((state.number for state in states if state.end == "duplicate"), STAY)
            if name == "merge"
            else STAY
        )
        if not sources or (name == "merge" and target == STAY) or (name == "rate" and not rated):
            continue
        found.append(
            Act(
                id=name,
                number=first + len(found),
                title=Text(en=en, zh=zh),
                sources=sources,
                target=target,
                by=by,
                needs=needs,
                public=public,
                built_in=True,
                clears=("holder",) if name == "release" else (),
            )
        )
    return found


def _sources(where: str, states: tuple[State, ...]) -> frozenset[int]:
    match where:
        case "open":
            return frozenset(state.number for state in states if not state.end)
        case "tasks":
            return frozenset(state.number for state in states if state.tasks)
        case "settled":
            return frozenset(state.number for state in states if state.end == "settled")
        case _:
            return frozenset(state.number for state in states)
