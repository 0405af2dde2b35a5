"""Forms of what several people look after carry a mark of what they were filled with. Whoever sends one after somebody else
has changed the same is told first, with what they typed still in the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import orjson
from django.http import HttpRequest

from cityhall.web.errors import FormOvertaken

FIELD = "filled"


def mark_of(present: Mapping[str, object]) -> str:
    """What a form carries along of what stands there when it is shown."""
    return sha256(orjson.dumps(present, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def demand_same(request: HttpRequest, present: Mapping[str, object]) -> None:
    """Errors: `FormOvertaken` when what stands there now is not what the form was filled with; a form without a mark
    passes.
    """
    mark = request.POST.get(FIELD, "")
    if mark and mark != mark_of(present):
        raise FormOvertaken()
