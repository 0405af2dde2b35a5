"""The words by which an answer is found: pairs of neighbouring Chinese characters, and whole words of other scripts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LONGEST = 24
_RUNS = re.compile(r"[㐀-鿿豈-﫿]+|[^\W㐀-鿿豈-﫿_]+")
# What stands in every question and tells nothing; the words beside it do not touch across it.
_EMPTY = re.compile(
    "怎么办理|怎么办|如何办理|怎么|如何|怎样|请问|我想|想问|咨询|一下|需要|要带|带|哪些|哪里|什么|材料|手续|办理|可以|多久|你好|您好|我们|吗|呢"
    r"|\b(?:the|and|for|how|what|do|does|can|is|are|my|to|a|i)\b"
)


def grams(text: str) -> Counter[str]:
    """The words of a text and how often each stands there; a run of one character stands for itself."""
    found: Counter[str] = Counter()
    for run in _RUNS.findall(_EMPTY.sub(" ", unicodedata.normalize("NFKC", text).lower())):
        if run[0].isascii() or not "㐀" <= run[0] <= "鿿":
            found[run[:LONGEST]] += 1
        else:
            found.update([run[at : at + 2] for at in range(len(run) - 1)] or [run])
    return found
