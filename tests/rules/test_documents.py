"""What the documents tell people to type exists: commands with their options, targets of make, files that are linked."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cityhall.cli.main import cityhall

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("packs/*/*.md"))
    if path.name != "CHANGELOG.md"
)
_BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_TYPED = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S+ )*(cityhall .*)$", re.MULTILINE)
_MAKE = re.compile(r"(?:^|`)make ([a-z-]+)(?=`|$| )", re.MULTILINE)
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
_INLINE = re.compile(r"`(cityhall [^`]+)`")
_LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def typed(text: str) -> Iterator[str]:
    """The commands that a document tells people to type: lines of its blocks, and what stands in its sentences."""
    for block in _BLOCK.findall(text):
        yield from _TYPED.findall(block.replace("\\\n", " "))
    yield from _INLINE.findall(_BLOCK.sub("", text))


def problem(line: str) -> str:
    """What is wrong with a command; empty when it can be typed as it stands."""
    words = shlex.split(line.replace("…", ""), comments=True)[1:]
    words = words[: next((at for at, word in enumerate(words) if word in ("|", ">", "&&", ";")), len(words))]
    command: click.Command = cityhall
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        if found is None:
            return f"no such command: {line}"
        command = found
    known = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts)}
    known |= {
        "--help": click.Option(["--help"], is_flag=True),
        "--version": click.Option(["--version"], is_flag=True),
    }
    given = 0
    while words:
        word, _, value = words.pop(0).partition("=")
        option = known.get(word)
        if word.startswith("-") and not isinstance(option, click.Option):
            return f"no option {word}: {line}"
        if isinstance(option, click.Option) and not (option.is_flag or value):
            words[:1] = []
        given += not word.startswith("-")
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    most = sum(one.nargs if one.nargs > 0 else 10_000 for one in arguments)
    return f"too many words: {line}" if given > most else ""


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_can_be_typed_and_every_link_leads_to_a_file(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    wrong = [said for line in typed(text) if (said := problem(line))]
    wrong += [f"make knows no {target}" for target in _MAKE.findall(text) if target not in TARGETS]
    wrong += [
        f"no file: {target}"
        for target in _LINK.findall(_BLOCK.sub("", text))
        if "://" not in target
        and not target.startswith(("mailto:", "/"))
        and not (path.parent / target).exists()
    ]
    assert not wrong


@pytest.mark.parametrize(
    "line",
    ["cityhall fly", "cityhall cases import a b c", "cityhall cases measure --until 3", "cityhall init -x"],
)
def test_a_command_that_cannot_be_typed_is_found(line: str) -> None:
    assert problem(line)
