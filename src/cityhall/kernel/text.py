"""Words in both languages. Every sentence a person may read is a `Text`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One thing said in English and in Chinese, each written for its reader."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The words for a language tag such as `zh-hans` or `en`; English when unknown."""
        return self.zh if language.lower().startswith("zh") else self.en

    def fill(self, **values: Any) -> Text:
        """The same text with `{name}` places filled in, in both languages."""
        return Text(en=self.en.format(**values), zh=self.zh.format(**values))

    def as_dict(self) -> dict[str, str]:
        """`{"en": …, "zh": …}`, the form stored in JSON columns and sent by APIs."""
        return {"en": self.en, "zh": self.zh}

    @classmethod
    def from_dict(cls, value: dict[str, str] | str) -> Text:
        """The inverse of `as_dict`; a plain string stands for both languages."""
        if isinstance(value, str):
            return cls(en=value, zh=value)
        return cls(en=value.get("en") or value.get("zh", ""), zh=value.get("zh") or value.get("en", ""))
