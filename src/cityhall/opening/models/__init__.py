"""Tables of opening, a module per subject."""

from __future__ import annotations

from cityhall.opening.models.exports import Export
from cityhall.opening.models.metering import Allowance, DatasetUse, KeyUse
from cityhall.opening.models.profiles import Profile
from cityhall.opening.models.requesting import EarlierRequest, Request
from cityhall.opening.models.searching import SearchEntry, SearchPosting, SearchState
from cityhall.opening.models.talking import Comment, CommentReport, Favourite, Reuse

__all__ = [
    "Allowance",
    "Comment",
    "CommentReport",
    "DatasetUse",
    "EarlierRequest",
    "Export",
    "Favourite",
    "KeyUse",
    "Profile",
    "Request",
    "Reuse",
    "SearchEntry",
    "SearchPosting",
    "SearchState",
]
