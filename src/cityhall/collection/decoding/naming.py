"""The names of the columns: cleaned, unique, with what was odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cityhall.collection.decoding.cells import clean_name, unique_names
from cityhall.collection.decoding.headers import Grid, Layout
from cityhall.collection.decoding.notes import excerpt, note
from cityhall.collection.decoding.tables import Hints, Note
from cityhall.collection.errors import DuplicateHeaders


@dataclass(frozen=True, slots=True)
class Naming:
    """`names` are final; `raw` the header texts as they stand; `twins` pairs of columns that had the same name."""

    names: tuple[str, ...]
    raw: tuple[str, ...]
    named: Mapping[str, bool]  # whether the column had a name of its own
    twins: tuple[tuple[str, str], ...]
    codes: Mapping[str, str]
    units: Mapping[str, str]
    renamed: bool = False

    def check_twins(self, different: set[str], file: str, hints: Hints) -> None:
        """Raises DuplicateHeaders when columns of one name differ, unless renaming is allowed."""
        clash = [first for first, second in self.twins if second in different]
        if clash and not hints.rename_duplicates:
            raise DuplicateHeaders(file=file, names=", ".join(dict.fromkeys(clash)))

    def notes(self, layout: Layout, lines: Sequence[int], filled: Mapping[str, int]) -> Iterator[Note]:
        """Remarks about the header. `lines` translates grid rows to source lines."""
        if not layout.header:
            yield note("no_header")
        else:
            nameless = [name for name in self.names if not self.named[name] and filled[name]]
            if nameless:
                yield note("nameless_columns", count=len(nameless), what=", ".join(nameless))
        dropped = sum(1 for name in self.names if not self.named[name] and not filled[name])
        if dropped:
            yield note("empty_columns", count=dropped)
        if self.twins:
            what = ", ".join(second for _, second in self.twins)
            yield note(
                "same_headers" if not self.renamed else "renamed_headers", count=len(self.twins), what=what
            )
        if self.codes and layout.second is not None:
            yield note("second_header", [lines[layout.second]], what=excerpt(list(self.codes.values())))
        if self.units and layout.units is not None:
            yield note(
                "units",
                [lines[layout.units]],
                what=excerpt([f"{key}: {unit}" for key, unit in self.units.items()]),
            )


def name_columns(layout: Layout, grid: Grid, wanted: Sequence[str], allow_twins: bool = False) -> Naming:
    """The naming for a layout; `wanted` are the cleaned names by column."""
    names = unique_names(wanted)
    twins = []
    first: dict[str, str] = {}
    for text, name in zip(wanted, names, strict=True):
        if text and text.lower() in first:
            twins.append((first[text.lower()], name))
        elif text:
            first[text.lower()] = name
    raw = tuple(grid[layout.header[-1]]) if layout.header else ()
    return Naming(
        names=names,
        raw=raw,
        named={name: bool(text) for text, name in zip(wanted, names, strict=True)},
        twins=tuple(twins),
        codes=_row(grid, layout.second, names),
        units=_row(grid, layout.units, names),
        renamed=allow_twins,
    )


def _row(grid: Grid, at: int | None, names: Sequence[str]) -> dict[str, str]:
    """The cells of a second header row by column."""
    if at is None:
        return {}
    cells = {name: clean_name(cell) for name, cell in zip(names, grid[at], strict=False)}
    return {name: cell for name, cell in cells.items() if cell}
