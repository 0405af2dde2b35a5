"""Decoding: from any landed file to staged text tables. It finds out what a file is, in which encoding and
dialect, where the table lies in it, and writes every cell as text to Parquet with the line it came from. It never
guesses silently, never types or corrects a value, and knows neither the database nor the web."""

from cityhall.collection.decoding.staging import stage
from cityhall.collection.decoding.tables import Hints, Limits, Note, StagedTable

__all__ = ["Hints", "Limits", "Note", "StagedTable", "stage"]
