"""Parts of pages that need not be written anew: what a template makes of an entry, a version and a decision, which do not
change, is the same for everybody for whom these are the same.

    {% call kept(page.dataset, ("items", page.seen_as)) %} … {% endcall %}

A part belongs to an owner, the very object that it was made of: catalogue entries that stand unchanged are one object,
and a changed one is another. The key tells whatever else has a part in it. Nothing about a visitor may stand in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from markupsafe import Markup

from cityhall.kernel.lately import Lately
from cityhall.web.words import language

ROOM: Final = 4_000_000
"""Characters, for all parts that this process keeps."""
FRAGMENTS: Final = Lately[Markup](ROOM, len)


def kept(owner: object, key: Hashable, caller: Callable[[], Markup]) -> Markup:
    """The part in the reader's language, written when it is not here."""
    return FRAGMENTS.get((key, language()), caller, owner)
