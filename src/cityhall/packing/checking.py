"""Checks a pack: its files against their schemas, its names against each other, its examples against what
comes out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from cityhall.cases.queries import check_type
from cityhall.kernel.declared import read_yaml
from cityhall.packing.finding import Finding, finding
from cityhall.packing.names import name_problems
from cityhall.packing.trying import example_problems

SCHEMAS = Path(__file__).parent / "schemas"
SINGLE = (
    "pack",
    "fields",
    "rights",
    "agencies",
    "districts",
    "items",
    "sources",
)  # one file each, with a schema of that name
MANY = {"datasets": "dataset", "examples": "example"}  # folder -> schema of each file in it
PYTHON_SHARE = 0.1


def check_pack(path: Path) -> list[Finding]:
    """Everything to mend in the pack in this folder; an empty list when it is sound.

    Later checks need what earlier ones found sound: with a file that cannot be read or does not follow
    its schema, names and examples are not looked at.
    """
    found = list(_shape_problems(path))
    if not found:
        found = [*name_problems(path)]
    if not found and (path / "datasets").is_dir():
        found = [*example_problems(path)]
    return [*found, *_case_problems(path), *_python_problems(path)]


def _shape_problems(path: Path) -> Iterator[Finding]:
    """Files that are missing, unreadable, not as their schema says, or in one language only."""
    if not (path / "pack.yaml").is_file():
        yield finding("pack.missing", "pack.yaml", "A pack needs a pack.yaml", "应用包缺少 pack.yaml")
        return
    for file, schema in _files(path):
        place = file.relative_to(path).as_posix()
        try:
            content = read_yaml(file)
        except yaml.YAMLError as problem:
            yield finding("file.unreadable", place, "Not YAML: {why}", "不是 YAML：{why}", why=problem)
            continue
        yield from _schema_problems(content, schema, place)
    name = read_yaml(path / "pack.yaml").get("pack")
    if name != path.resolve().name:
        words = {"folder": path.resolve().name, "name": name}
        yield finding(
            "pack.name",
            "pack.yaml",
            "The folder is called {folder}, the pack {name}; they must agree",
            "文件夹名为 {folder}，应用包名为 {name}，两者须一致",
            **words,
        )


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The pack's declarations, each with the name of its schema."""
    for name in SINGLE:
        if (path / f"{name}.yaml").is_file():
            yield path / f"{name}.yaml", name
    for folder, schema in MANY.items():
        for file in sorted((path / folder).glob("*.yaml")):
            yield file, schema


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{schema}.schema.json").read_text("utf-8")))


def _schema_problems(content: Any, schema: str, place: str) -> Iterator[Finding]:
    """What a file says otherwise than its schema; a missing language has a code of its own."""
    for problem in _validator(schema).iter_errors(_plain(content)):
        where = f"{place}#/{'/'.join(map(str, problem.absolute_path))}"
        if problem.validator == "required" and set(problem.validator_value) == {"zh", "en"}:
            yield finding("text.untranslated", where, "Say it in Chinese and English", "须同时有中文和英文")
        elif problem.validator == "additionalProperties":
            yield finding(
                "field.unknown", where, "Unknown field: {why}", "未知字段：{why}", why=problem.message
            )
        else:
            yield finding("file.shape", where, "{why}", "不符合规定的格式：{why}", why=problem.message)


def _plain(content: Any) -> Any:
    """YAML as JSON has it: keys are texts, dates are texts."""
    return json.loads(json.dumps(content, default=str))


def _case_problems(path: Path) -> Iterator[Finding]:
    """Mistakes in the declarations of cases, each with its line; examples that end otherwise."""
    for file in sorted((path / "cases").glob("*.yaml")):
        for problem in check_type(file):
            yield Finding(problem.code, f"cases/{file.name}:{problem.line}", problem.message)


def _python_problems(path: Path) -> Iterator[Finding]:
    """A pack is a declaration: Python stays below a tenth of its lines."""
    lines = {kind: _lines(path, kind) for kind in ("py", "yaml")}
    if lines["py"] > PYTHON_SHARE * sum(lines.values()):
        yield finding(
            "pack.python",
            ".",
            "{py} of {all} lines are Python",
            "共 {all} 行，其中 Python {py} 行",
            py=lines["py"],
            all=sum(lines.values()),
        )


def _lines(path: Path, kind: str) -> int:
    return sum(len(file.read_text("utf-8").splitlines()) for file in path.rglob(f"*.{kind}"))
