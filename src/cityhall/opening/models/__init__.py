"""Tables of opening, a module per subject."""

from __future__ import annotations

from cityhall.opening.models.exports import Export

__all__ = ["Export"]
