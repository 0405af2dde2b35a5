"""From the text of a file to a type that runs, or everything that is wrong with it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

from cityhall.cases.declaring.compiling import Compiler
from cityhall.cases.declaring.linting import lint
from cityhall.cases.declaring.shapes import CaseType
from cityhall.cases.declaring.strict import Document, Problem, read_strictly

_ANY: frozenset[str] = frozenset()


def read_type(
    text: str, file: str = "case.yaml", rights: frozenset[str] = _ANY
) -> tuple[CaseType | None, list[Problem]]:
    """The compiled type, or None with its problems; later checks need what earlier ones found sound."""
    made, document = read_document(text, file, rights)
    return (None if document.problems else made), document.problems


def read_stored(text: str) -> tuple[CaseType | None, list[Problem]]:
    """The compiled type of a version that was found sound when it was installed: later rules of style do not take running
    cases their type. Evaluations written when any shape would do, and nothing was computed from them, are left out."""
    document = read_strictly(text, "case.yaml")
    if any("evaluation" in problem.absolute_path for problem in _validator().iter_errors(document.content)):
        del document.content["evaluation"]
    if not document.problems:
        _shape(document)
    made = None if document.problems else Compiler(document).compile()
    return (None if document.problems else made), document.problems


def read_document(text: str, file: str, rights: frozenset[str] = _ANY) -> tuple[CaseType | None, Document]:
    """The compiled type with the document it was read from, so that more can be blamed there."""
    document = read_strictly(text, file)
    if not document.problems:
        _shape(document)
    if document.problems:
        return None, document
    made = Compiler(document).compile()
    if not document.problems:
        lint(made, document, rights)
    return made, document


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((Path(__file__).parent / "case.schema.json").read_text("utf-8")))


def _shape(document: Document) -> None:
    for problem in _validator().iter_errors(document.content):
        path = tuple(problem.absolute_path)
        if problem.validator == "required" and {"zh", "en"} & set(problem.message.split("'")):
            document.blame("text.untranslated", path, "Say it in Chinese and English", "须同时有中文和英文")
        elif problem.validator == "additionalProperties":
            document.blame("name.unknown", path, "Unknown: {why}", "未知内容：{why}", why=problem.message)
        else:
            document.blame("file.shape", path, "{why}", "不符合规定的格式：{why}", why=problem.message[:300])
