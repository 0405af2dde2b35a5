"""YAML without surprises: what YAML 1.1 would silently turn into something else is refused, with its line.

`end: no` becomes False, `from: 2026-10-01` a date, `17:30` the number 1050, an empty value nothing, and the second of two
equal keys wins: each of these is a mistake in a declaration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from cityhall.kernel.text import Text

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+$")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a declaration: a stable code, where it stands, and plain words."""

    code: str
    file: str
    line: int
    message: Text

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message.en} [{self.code}]"


@dataclass(slots=True)
class Document:
    """The content of a file, the line of every value, and what is wrong so far."""

    file: str
    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest value around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def blame(self, code: str, path: Path, en: str, zh: str, /, **facts: object) -> None:
        """Note a problem at a place; the words have `{name}` places for the facts."""
        text = Text(en=en.format(**facts), zh=zh.format(**facts))
        self.problems.append(Problem(code, self.file, self.line(path), text))


def read_strictly(text: str, file: str) -> Document:
    """The document in `text`; its problems are listed, never raised."""
    document = Document(file)
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        document.lines[()] = mark.line + 1 if mark else 1
        document.blame(
            "yaml.unreadable", (), "Not YAML: {why}", "不是 YAML：{why}", why=getattr(error, "problem", error)
        )
        return document
    if node is None:
        document.blame("yaml.empty", (), "The file is empty", "文件为空")
        return document
    document.content = _value(node, (), document)
    return document


def _value(node: Any, path: Path, document: Document) -> Any:
    document.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, document)
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*path, number), document) for number, child in enumerate(node.value)]
    return _scalar(node, path, document)


def _mapping(node: yaml.MappingNode, path: Path, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        place = (*path, key)
        document.lines[place] = key_node.start_mark.line + 1
        if key_node.tag != f"{_TAG}str":
            document.blame(
                "yaml.key",
                place,
                "Quote the key {key}: YAML does not read it as text",
                "键 {key} 须加引号，否则 YAML 不按文本读取",
                key=key,
            )
        if key in found:
            document.blame("yaml.repeated", place, "The key {key} appears twice", "键 {key} 重复", key=key)
        found[key] = _value(value_node, place, document)
    return found


def _scalar(node: yaml.ScalarNode, path: Path, document: Document) -> Any:
    text, kind = node.value, node.tag.removeprefix(_TAG)
    if kind == "str" or node.style in ("'", '"', "|", ">"):
        return text
    if kind == "bool" and text in ("true", "false"):
        return text == "true"
    if kind == "int" and _INTEGER.match(text):
        return int(text)
    if kind == "float" and _DECIMAL.match(text):
        return float(text)
    if kind == "null":
        document.blame("yaml.nothing", path, "There is no value here", "此处没有值")
    else:
        document.blame(
            "yaml.surprise",
            path,
            "Quote {text}: YAML would read it as {kind}",
            "{text} 须加引号：YAML 会把它读成 {kind}",
            text=text,
            kind=kind,
        )
    return text
