"""The error catalogue: one class per thing that can go wrong, with its code and its remedy in both languages.

CityhallError
├── NotFound        404
├── NotAllowed      403
├── Invalid         422   what was sent cannot be used
├── Conflict        409   it was true a moment ago
├── LimitExceeded   413   too big, too many, too long
├── TooMany         429   too often
└── Unavailable     503   something we depend on does not answer

Rooms subclass these in their own `errors.py`; `docs/errors.md` is generated from the subclasses.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from cityhall.kernel.text import Text


class CityhallError(Exception):
    """Base of all errors a person may meet. Subclasses declare `code`, `title` and `remedy`; places like
    `{file}` in them are filled from the keyword arguments, which may be `Text`."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = ""
    title: ClassVar[Text]
    remedy: ClassVar[Text]

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """Title and remedy in one language, with the facts filled in."""
        title = self.title.in_language(language).format_map(_facts(self.facts, language))
        remedy = self.remedy.in_language(language).format_map(_facts(self.facts, language))
        return f"{title}：{remedy}" if language.startswith("zh") else f"{title}. {remedy}"

    def as_dict(self) -> dict[str, Any]:
        """JSON form: code, title and remedy in both languages, facts."""
        return {
            "code": self.code,
            "title": self._filled(self.title),
            "remedy": self._filled(self.remedy),
            "facts": {name: str(value) for name, value in _facts(self.facts, "en").items()},
        }

    def _filled(self, text: Text) -> dict[str, str]:
        return {
            "en": text.en.format_map(_facts(self.facts, "en")),
            "zh": text.zh.format_map(_facts(self.facts, "zh")),
        }


class _Facts(dict[str, Any]):
    """A missing fact shows as its name, so that an error can never fail while it is told."""

    def __missing__(self, key: str) -> str:
        return f"<{key}>"


def _facts(facts: dict[str, Any], language: str) -> _Facts:
    """The facts as told in one language: those that are a `Text` in its words."""
    return _Facts(
        {name: fact.in_language(language) if isinstance(fact, Text) else fact for name, fact in facts.items()}
    )


class NotFound(CityhallError):
    """What was asked for does not exist, or must not be known to exist."""

    status = 404


class NotAllowed(CityhallError):
    """The actor lacks the right."""

    status = 403


class Invalid(CityhallError):
    """What was sent cannot be used as it is."""

    status = 422


class Conflict(CityhallError):
    """The state has moved on since the actor looked."""

    status = 409


class LimitExceeded(CityhallError):
    """Bigger, wider or longer than the platform accepts."""

    status = 413


class TooMany(CityhallError):
    """Asked too often."""

    status = 429


class Unavailable(CityhallError):
    """Something outside does not answer; trying again later may help."""

    status = 503


def catalogue() -> Iterator[type[CityhallError]]:
    """Every declared error class (those with a code), in order of code."""
    yield from sorted(_declared(CityhallError), key=lambda cls: cls.code)


def _declared(base: type[CityhallError]) -> Iterator[type[CityhallError]]:
    for cls in base.__subclasses__():
        if cls.code:
            yield cls
        yield from _declared(cls)
