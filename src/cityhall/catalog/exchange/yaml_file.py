"""The catalogue as YAML: one list per kind, empty values left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from cityhall.catalog.errors import CatalogueTooLarge, CatalogueUnreadable
from cityhall.catalog.exchange.entries import FORMAT, KINDS, LARGEST_FILE, VERSION, Entry, section
from cityhall.kernel.text import Text

_NOT_YAML = Text(en="line {line} is not valid YAML", zh="第 {line} 行不是有效的 YAML")
_ALIAS = Text(en="it uses anchors or aliases", zh="其中使用了锚点或别名")
_NO_FORMAT = Text(en=f"it does not begin with format: {FORMAT}", zh=f"没有以 format: {FORMAT} 开头")
_NO_LIST = Text(en="{section} is not a list", zh="{section} 不是列表")
_UNKNOWN = Text(en="it has an unknown section {section}", zh="其中有未知部分 {section}")


class _Loader(yaml.CSafeLoader):
    """YAML in which only true, false, null and plain numbers are more than text: codes such as 0123, dates
    and words such as no stay text. Whatever it resolves, the dumper's wider rules quote when it is text."""


_PLAIN = "tag:yaml.org,2002:"
_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("null", r"^(?:null|~|)$", ["n", "~", ""]),
    ("int", r"^-?(?:0|[1-9][0-9]{0,17})$", "-0123456789"),
    ("float", r"^-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]+)?$", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"{_PLAIN}{_tag}", re.compile(_pattern), list(_first))


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (the name is PyYAML's)
        """Equal values are written out each time."""
        return True


def write(entries: Iterable[Entry], path: Path) -> None:
    """Write the entries to `path`."""
    content: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    content |= {section(kind): [] for kind in KINDS}
    for entry in entries:
        content[section(entry.kind)].append(_compact(entry.values))
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def read(path: Path) -> Iterator[Entry]:
    """The entries of a YAML catalogue; raises CatalogueUnreadable, CatalogueTooLarge."""
    if path.stat().st_size > LARGEST_FILE:
        raise CatalogueTooLarge(file=path.name, largest=LARGEST_FILE)
    content = _content(path)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CatalogueUnreadable(file=path.name, problem=_NO_FORMAT)
    for name in content.keys() - {"format", "version", *map(section, KINDS)}:
        raise CatalogueUnreadable(file=path.name, problem=_UNKNOWN.fill(section=str(name)))
    for kind in KINDS:
        rows = content.get(section(kind)) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CatalogueUnreadable(file=path.name, problem=_NO_LIST.fill(section=section(kind)))
        for number, row in enumerate(rows, 1):
            yield Entry(kind, f"{section(kind)} {number}", row)


def _content(path: Path) -> Any:
    try:
        loader = _Loader(path.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        # Aliases would let a small file unfold without end.
        if node is not None and _shares(node):
            raise CatalogueUnreadable(file=path.name, problem=_ALIAS)
        return loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = _NOT_YAML.fill(line=mark.line + 1 if mark else 1)
        raise CatalogueUnreadable(file=path.name, problem=problem) from error


def _shares(root: yaml.Node) -> bool:
    """Whether a node occurs at two places."""
    seen, waiting = {id(root)}, [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            continue
        children = (
            node.value
            if isinstance(node, yaml.SequenceNode)
            else [part for pair in node.value for part in pair]
        )
        for child in children:
            if id(child) in seen:
                return True
            seen.add(id(child))
        waiting += children
    return False


def _compact(value: Any) -> Any:
    """Without empty parts, at any depth (but not inside parameters, where empty may mean something)."""
    if isinstance(value, dict):
        kept = ((name, part if name == "params" else _compact(part)) for name, part in value.items())
        return {name: part for name, part in kept if part not in ("", None, [], {}, False)}
    if isinstance(value, list):
        return [_compact(part) for part in value]
    return value
