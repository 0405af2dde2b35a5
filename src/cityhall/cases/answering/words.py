"""The words by which an answer is found: pairs of neighbouring Chinese characters, and whole words of other scripts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

LONGEST = 24
_RUNS = re.compile(r"[㐀-鿿豈-﫿]+|[^\W㐀-鿿豈-﫿_]+")
# Pairs that stand in every question and tell nothing.
_EMPTY = {"怎么", "如何", "什么", "请问", "可以", "需要", "我想", "咨询", "一下", "你好", "您好", "我们"}
_EMPTY |= {"哪些", "要带", "材料", "手续", "办理", "怎样", "多久", "哪里"}
_EMPTY |= {"the", "and", "for", "how", "what"}


def grams(text: str) -> Counter[str]:
    """The words of a text and how often each stands there; a run of one character stands for itself."""
    found: Counter[str] = Counter()
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0].isascii() or not "㐀" <= run[0] <= "鿿":
            found[run[:LONGEST]] += 1
        else:
            found.update([run[at : at + 2] for at in range(len(run) - 1)] or [run])
    for one in _EMPTY & found.keys():
        del found[one]
    return found
