"""Whatever changes something is an action with one ledger entry."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.rules.source import PACKAGE, ROOMS, nodes, python_files, short, tree

from cityhall.kernel.jobs import registered

# Functions in an `actions.py` that are not themselves actions, each with its reason.
EXEMPT = {
    "src/cityhall/ledger/actions.py": "the ledger cannot record its own recording",
}
WRITES = {
    "create",
    "bulk_create",
    "update",
    "bulk_update",
    "delete",
    "save",
    "get_or_create",
    "update_or_create",
}


def _decorator_names(function: ast.FunctionDef) -> set[str]:
    calls = [item.func if isinstance(item, ast.Call) else item for item in function.decorator_list]
    return {
        item.id if isinstance(item, ast.Name) else item.attr
        for item in calls
        if isinstance(item, ast.Name | ast.Attribute)
    }


def _door(name: str) -> list[Path]:
    return [path for path in python_files() if path.name == name and short(path) not in EXEMPT]


@pytest.mark.parametrize("path", _door("actions.py"), ids=short)
def test_public_verbs_are_actions(path: Path) -> None:
    plain = [
        node.name
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and not _decorator_names(node) & {"action", "job", "bookkeeping"}
    ]
    assert not plain


@pytest.mark.parametrize("path", _door("queries.py"), ids=short)
def test_queries_change_nothing(path: Path) -> None:
    writes = [
        f"{node.func.attr} at line {node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and _on_objects(node.func)
    ]
    assert not writes


def _on_objects(call: ast.Attribute) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr == "objects" for part in ast.walk(call))


def test_the_faces_touch_no_table() -> None:
    touching = [
        short(path)
        for room in ("web", "cli")
        for path in (PACKAGE / room).rglob("*.py")
        if ".objects." in path.read_text(encoding="utf-8") or "models" in _imports(path)
    ]
    assert not touching


def _imports(path: Path) -> set[str]:
    return {
        part
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cityhall")
        for part in (node.module or "").split(".")
    }


# Verbs behind the doors that are no actions themselves, each with what they are instead.
NOT_ACTIONS = {
    "ledger": {
        "action": "declares actions",
        "actions": "lists them",
        "bookkeeping": "marks what is none",
        "record": "writes the entry of the current action",
        "sequence": "numbers entries that are recorded already",
    },
    "cases": {
        "act_on_many": "does one action for each case",
        "attach": "judges and keeps the bytes outside any transaction, then adds the file by an action",
        "keep_file": "keeps bytes by their hash; decides nothing, and twice is like once",
        "send_files": "keeps what is kept here in the bucket too; decides nothing",
        "forget_reporter": "bookkeeping: who reported, in the transaction in which they leave",
        "forget_inspector": "deletes what a person who leaves left of their way; leaving is the action",
        "mend_facts": "bookkeeping: the copy that figures are counted from",
        "following": "bookkeeping: the public reply, in the transaction of its act",
        "following_history": "bookkeeping: the public replies of a history that was taken in",
        "import_history": "takes in each part of a file by an action",
        "name_reporter": "bookkeeping: whose report a case of a history is, in the transaction that takes it in",
        "once": "runs what its caller does by actions in one transaction, and notes the key; bookkeeping",
    },
    "identity": {
        "watch_sign_ins": "connects signals of the sign-in packages with actions",
        "forget_sessions": "bookkeeping: sessions that are over open nothing",
    },
    "messaging": {
        "mark_read": "bookkeeping",
        "open_notice": "bookkeeping: what one has read oneself",
        "mark_looked": "bookkeeping",
        "subscribe": "a private note, bookkeeping",
        "set_channel": "a private note, bookkeeping",
        "unsubscribe": "a private note, bookkeeping",
        "unsubscribe_by": "a private note, bookkeeping",
        "stop_letters": "bookkeeping: the wish of a mailbox, asked for by a signed link",
        "resume_letters": "bookkeeping: the wish of a mailbox, asked for by a signed link",
    },
    "warehouse": {
        "land": "keeps bytes by their hash; decides nothing, and twice is like once",
        "prepare": "writes files that no version names yet",
        "compact": "writes files outside any transaction, then commits them by an action",
        "commit_version": "part of the caller's action, and fails outside a transaction",
        "keep_finished": "a copy that can be written again, kept where everything lasts",
        "drop_finished": "part of the action that gives up finished files",
    },
    "cleaning": {
        "save_report": "part of the action that commits the version",
        "save_outcomes": "part of the action that commits a correction",
        "note_dismissed": "part of the action that dismisses rows",
    },
    "federation": {
        "look_after_collected": "publishes a harvested entry by an action once its data has come",
        "recover": "queues abandoned runs again, each by an action",
        "tick": "queues due harvests, each by an action",
    },
    "collection": {
        "overrides_from": "reads values",
        "publish_file": "opens the run by an action, then walks the road, whose commit is one",
        "correct_file": "opens the correction run by an action",
        "correct_rows": "opens the correction run by an action",
        "push": "queues the run by an action; the idempotency key is bookkeeping",
        "recover": "re-queues runs whose worker died; bookkeeping",
        "tick": "queues due sources and raises alarms, each by an action",
    },
    "opening": {
        "look_after_corrections": "queues the job that settles corrections, each by an action",
        "set_favourite": "a private note, bookkeeping",
        "watch_searches": "tells of new datasets by actions; when it last looked is bookkeeping",
        "admit": "bookkeeping",
        "charge": "bookkeeping",
        "ask_profile": "bookkeeping: what a version looks like, kept so that it is computed once",
        "count_key": "bookkeeping",
        "count_use": "bookkeeping",
        "forget_leases": "bookkeeping",
        "sweep_allowances": "bookkeeping",
        "write_counts": "bookkeeping",
        "forget_keys": "bookkeeping: what was counted for them, when their owner leaves",
        "follow_case": "bookkeeping: the row of a request, in the transaction of its case",
        "follow_history": "bookkeeping: the rows of requests, in the transaction of the history that brought them",
        "forget_requester": "bookkeeping: who asked, in the transaction in which they leave",
        "forget_speaker": "bookkeeping: what somebody wrote and kept, in the transaction in which they leave",
        "follow_dataset": "bookkeeping: the search index, in the transaction of the change",
        "follow_import": "bookkeeping: the search index, in the transaction of the import",
        "follow_version": "bookkeeping: the search index, in the transaction of the version",
        "follow_data": "bookkeeping: asks for the profile of new data before its first visitor does",
        "request_export": "orders a file by an action; a file of the public that is there already is only told",
        "take_in_earlier": "hands requests from before they were cases to import_history, whose parts are actions",
        "look_after_search": "bookkeeping: the search index, mended where it is stale, and the order of use",
        "rebuild_search": "bookkeeping: the search index, made anew",
    },
}


@pytest.mark.parametrize("room", ROOMS)
def test_every_verb_behind_a_door_is_an_action_or_says_what_else(room: str) -> None:
    if find_spec(f"cityhall.{room}.actions") is None:
        return
    module = import_module(f"cityhall.{room}.actions")
    jobs = set(registered().values())
    plain = {
        name
        for name in module.__all__
        if inspect.isfunction(verb := getattr(module, name))
        and not hasattr(verb, "verb")
        and verb not in jobs
    }
    assert plain == set(NOT_ACTIONS.get(room, ()))
