"""The Solr query syntax that CKAN's clients use, read into a small tree. Pure; what it means is decided elsewhere.

Understood: words, "phrases", `field:value`, `field:"phrase"`, `field:(a OR b)`, `[a TO b]` (and `{a TO b}`), `*`,
`*:*`, trailing `*`, AND OR NOT && || ! + -, brackets, backslash escapes. Words side by side must all match, as CKAN
asks of Solr. Not understood: functions, local parameters `{!…}`, fuzzy `~`, boosts `^`, inner wildcards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn

from cityhall.web.ckan.errors import SearchUnusable

LONGEST: Final = 8_000
MOST_LEAVES: Final = 100
DEEPEST: Final = 20

_TOKEN: Final = re.compile(
    r"""\s*(?:
    (?P<range>[\[{]\s*(?:"[^"]*"|[^\s\]}"]+)\s+TO\s+(?:"[^"]*"|[^\s\]}"]+)\s*[\]}])
  | (?P<open>\() | (?P<close>\))
  | (?P<phrase>"(?:\\.|[^"\\])*")
  | (?P<and>AND(?![^\s()])|&&) | (?P<or>OR(?![^\s()])|\|\|) | (?P<not>NOT(?![^\s()])|!)
  | (?P<must>\+) | (?P<mustnot>-)
  | (?P<field>(?:\\.|[\w.*-])+:)(?=\S)
  | (?P<word>(?:\\.|[^\s()"\[\]{}\\])+)
)""",
    re.VERBOSE,
)
_RANGE: Final = re.compile(r"""[\[{]\s*(".*?"|\S+)\s+TO\s+(".*?"|\S+?)\s*[\]}]""")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word or phrase looked for in `field` (empty: anywhere); `start` when more letters may follow."""

    field: str
    value: str
    phrase: bool = False
    start: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Values of `field` from `low` to `high`, both inclusive; `*` is open."""

    field: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts everything does."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """One part holds."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class No:
    """The part does not hold."""

    part: Tree


Tree = Leaf | Span | All | Any | No
Token = tuple[str, str]


def read(query: str) -> Tree:
    """The tree of a query. Errors: `SearchUnusable`."""
    if len(query) > LONGEST:
        raise SearchUnusable(why=f"it is longer than {LONGEST} characters")
    if "{!" in query:
        raise SearchUnusable(why="local parameters {!…} are not understood")
    reader = _Reader(list(_tokens(query)))
    tree = reader.alternatives(0, "")
    if reader.at < len(reader.tokens):
        raise SearchUnusable(why="a bracket is closed that was never opened")
    return tree


def plain(query: str) -> All:
    """The tree of what a person typed into a search box: words and "phrases", everything else is text."""
    if len(query) > LONGEST:
        raise SearchUnusable(why=f"it is longer than {LONGEST} characters")
    found = re.findall(r'"([^"]+)"|(\S+)', query.replace("\0", " "))
    words = [Leaf("", phrase or word.strip('"()'), phrase=bool(phrase)) for phrase, word in found]
    leaves = tuple(one for one in words if one.value and one.value != "*")
    if len(leaves) > MOST_LEAVES:
        raise SearchUnusable(why=f"it has more than {MOST_LEAVES} words")
    return All(leaves)


def _tokens(query: str) -> Iterator[Token]:
    place, query = 0, query.replace("\0", " ").rstrip()
    while place < len(query):
        found = _TOKEN.match(query, place)
        if found is None:
            raise SearchUnusable(why=f"at “{query[place : place + 20]}”")
        yield str(found.lastgroup), found[0].strip()
        place = found.end()


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.leaves = tokens, 0, 0

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def alternatives(self, depth: int, field: str) -> Tree:
        if depth > DEEPEST:
            raise SearchUnusable(why=f"brackets are nested deeper than {DEEPEST}")
        parts = [self.sequence(depth, field)]
        while self.peek() == "or":
            self.take()
            parts.append(self.sequence(depth, field))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def sequence(self, depth: int, field: str) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "or", "close"):
            if self.peek() == "and":
                self.take()
                continue
            parts.append(self.signed(depth, field))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def signed(self, depth: int, field: str) -> Tree:
        negative = False
        while self.peek() in ("must", "mustnot", "not"):
            negative ^= self.take()[0] != "must"
        if self.peek() in ("", "close", "and", "or"):
            raise SearchUnusable(why="a sign stands before nothing")
        part = self.operand(depth, field)
        return No(part) if negative else part

    def operand(self, depth: int, field: str) -> Tree:
        kind, text = self.take()
        self.leaves += 1
        if self.leaves > MOST_LEAVES:
            raise SearchUnusable(why=f"it has more than {MOST_LEAVES} parts")
        if kind == "field":
            if field or self.peek() in ("", "close", "and", "or", "field"):
                raise SearchUnusable(why=f"at “{text[:40]}”")
            return self.operand(depth, _unescaped(text[:-1]))
        if kind == "open":
            inner = self.alternatives(depth + 1, field)
            if self.peek() != "close":
                raise SearchUnusable(why="a bracket is not closed")
            self.take()
            return inner
        return _leaf(kind, text, field)


def _leaf(kind: str, text: str, field: str) -> Tree:
    if kind == "range":
        return _span(text, field)
    if kind == "phrase":
        return Leaf(field, _unescaped(text[1:-1]), phrase=True)
    if kind != "word" or text.endswith(":"):
        _refuse(text)
    if text == "*":
        return All() if field in ("", "*") else Leaf(field, "*")
    start = text.endswith("*") and not text.endswith("\\*")
    value = text[:-1] if start else text
    if re.search(r"(?<!\\)[*?~^]", value) or not value:
        raise SearchUnusable(why=f"wildcards inside words, ~ and ^ are not understood: “{text[:40]}”")
    return Leaf(field, _unescaped(value), start=start)


def _span(text: str, field: str) -> Tree:
    ends = _RANGE.fullmatch(text)
    if ends is None or not field:
        _refuse(text)
    return Span(field, ends[1].strip('"'), ends[2].strip('"'))


def _refuse(text: str) -> NoReturn:
    raise SearchUnusable(why=f"at “{text[:40]}”")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
