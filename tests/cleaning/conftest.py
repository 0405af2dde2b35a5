"""The loop begins with a published file: the fixtures of collection serve here too."""

from tests.collection.conftest import agency_id, operator, steward, write

__all__ = ["agency_id", "operator", "steward", "write"]
