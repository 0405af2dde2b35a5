"""Strict reading of plain values, so that every complaint tells its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import rfc8785

from cityhall.catalog.errors import ChangeUnknown, ValueWrong
from cityhall.kernel.text import Text

# Control characters, surrogates and non-characters that a database, XLSX or XML cannot hold.
_UNWRITABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")


def clean(text: str) -> str:
    """Text without surrounding space and characters that cannot be written; line ends as one line feed."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _json_value(value: Any) -> Any:
    match value:
        case Mapping():
            return {clean(str(key)): _json_value(part) for key, part in value.items()}
        case list() | tuple():
            return [_json_value(part) for part in value]
        case str():
            return clean(value)
        case date():
            return value.isoformat()
    return value


class Reader:
    """Reads named values of one mapping; `place` says whose they are, `allowed` which names it may have."""

    def __init__(self, values: Any, place: str, allowed: tuple[str, ...]) -> None:
        if not isinstance(values, Mapping):
            raise ValueWrong(
                place=place, value=values, expected=Text("a mapping of names to values", "名称与值的对应表")
            )
        for name in values:
            if name not in allowed:
                raise ChangeUnknown(place=f"{place}.{name}", allowed=", ".join(allowed))
        self._values = values
        self._place = place

    def string(self, name: str, default: str = "") -> str:
        """Text as it is; a whole number stands for its digits, an absent value for the default."""
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool | float | Mapping | list | tuple):
            raise self._wrong(name, value, Text("text", "文本"))
        return clean(str(value))

    def words(self, name: str) -> Text:
        """Text in two languages; one string stands for both."""
        value = self._values.get(name)
        if isinstance(value, Mapping) and set(value) <= {"en", "zh"}:
            return Text(en=clean(str(value.get("en") or "")), zh=clean(str(value.get("zh") or "")))
        text = self.string(name)
        return Text(en=text, zh=text)

    def strings(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._values.get(name)
        if value is None or value == "":
            return ()
        if not isinstance(value, list | tuple) or not all(isinstance(part, str) for part in value):
            raise self._wrong(name, value, Text("a list of texts", "文本列表"))
        return tuple(line for part in value if (line := " ".join(clean(part).split("\n"))))

    def flag(self, name: str) -> bool:
        """true or false; absent is false."""
        value = self._values.get(name, False)
        if not isinstance(value, bool):
            raise self._wrong(name, value, Text("true or false", "true 或 false"))
        return value

    def whole(self, name: str, default: int) -> int:
        """A whole number."""
        value = self._values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(name, value, Text("a whole number", "整数"))
        return value

    def mapping(self, name: str) -> dict[str, Any]:
        """A mapping with text keys; absent is empty."""
        value = self._values.get(name) or {}
        if not isinstance(value, Mapping):
            raise self._wrong(name, value, Text("a mapping", "名称与值的对应表"))
        try:
            cleaned: dict[str, Any] = _json_value(value)
            rfc8785.dumps(cleaned)
        except (rfc8785.CanonicalizationError, RecursionError):
            raise self._wrong(
                name,
                value,
                Text(
                    "JSON values; numbers up to 2^53, longer ones as text",
                    "JSON 值；超过 2^53 的数字请写成文本",
                ),
            ) from None
        return cleaned

    def rows(self, name: str) -> list[Any]:
        """A list of anything; absent is empty."""
        value = self._values.get(name) or []
        if not isinstance(value, list | tuple):
            raise self._wrong(name, value, Text("a list", "列表"))
        return list(value)

    def day(self, name: str) -> date | None:
        """An ISO date, or None."""
        value = self._values.get(name)
        if value is None or value == "":
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise self._wrong(
                name, value, Text("a date such as 2026-03-05", "形如 2026-03-05 的日期")
            ) from None

    def _wrong(self, name: str, value: Any, expected: Text) -> ValueWrong:
        return ValueWrong(place=f"{self._place}.{name}", value=str(value)[:80], expected=expected)
