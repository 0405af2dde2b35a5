"""What every operation may answer besides its success, for the OpenAPI description."""

from __future__ import annotations

from cityhall.web.api.shapes import ErrorAnswer

READ = frozenset({400, 401, 403, 404, 409, 413, 422, 429, 503})
"""Statuses of the error catalogue that a read can meet."""


def answers(success: type, status: int = 200) -> dict[int | frozenset[int], type]:
    """The documented answers of an operation: its success, and errors of the catalogue's one shape."""
    return {status: success, READ: ErrorAnswer}
