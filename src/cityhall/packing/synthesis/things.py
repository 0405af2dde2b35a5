"""Numbers, codes, texts, and values taken from other rows."""

from __future__ import annotations

from cityhall.packing.synthesis.draws import literal, padded, word_list
from cityhall.packing.synthesis.making import Make, Spot, kind


@kind("serial")
def serial(make: Make, spot: Spot) -> str:
    """A key that counts up: prefix and the row number with leading zeros."""
    number = f"({spot.row} + {make.get('start', 1)})"
    return f"{literal(make.get('prefix', ''))} || {padded(number, make.get('width', 8))}"


@kind("integer")
def integer(make: Make, spot: Spot) -> str:
    """A whole number from `low` to `high`."""
    return spot.between(make.get("low", 0), make.get("high", 100))


@kind("amount")
def amount(make: Make, spot: Spot) -> str:
    """Yuan with two decimals, small sums more often: an even draw times the square of another."""
    low, high = make.get("low", 100), make.get("high", 100_000)
    cents = f"{spot.below((high - low) * 100, 'sum')} * ({spot.between(1, 100, 'size')} ** 2 / 10000.0)"
    return f"(({low * 100} + ({cents})::BIGINT) / 100.0)::DECIMAL(15,2)"


@kind("decimal")
def decimal(make: Make, spot: Spot) -> str:
    """A number from `low` to `high` with `places` decimals (at most 6)."""
    places = make.get("places", 2)
    scale = 10**places
    number = spot.between(round(make.get("low", 0) * scale), round(make.get("high", 100) * scale))
    return f"({number} / {scale}.0)::DECIMAL(15,{places})"


@kind("pick")
def pick(make: Make, spot: Spot) -> str:
    """One of the words `from`: a list, a mapping word -> weight, or the name of a word list of the pack."""
    return spot.pick(make["from"])


@kind("cycle")
def cycle(make: Make, spot: Spot) -> str:
    """The words one after another by row number, each `every` times: the axes of a table of statistics."""
    chosen = spot.words[make["from"]] if isinstance(make["from"], str) else make["from"]
    return f"{word_list(list(chosen))}[1 + ({spot.row} // {make.get('every', 1)}) % {len(chosen)}]"


@kind("phrase")
def phrase(make: Make, spot: Spot) -> str:
    """A text put together from one word of each list in `from`."""
    return " || ".join(spot.pick(words, number) for number, words in enumerate(make["from"]))


@kind("url")
def url(make: Make, spot: Spot) -> str:
    """An address in a domain reserved for examples (RFC 2606)."""
    return f"'https://www.example.cn/{make.get('path', 'item')}/' || {spot.between(1, 999_999)}"


@kind("constant")
def constant(make: Make, _spot: Spot) -> str:
    """The same text in every row."""
    return literal(make["value"])


@kind("lookup")
def lookup(make: Make, spot: Spot) -> str:
    """What the mapping `from` (of the pack's words) holds for the value of the item named by `of`."""
    pairs = spot.words[make["from"]].items()
    arms = " ".join(f"WHEN {literal(key)} THEN {literal(value)}" for key, value in pairs)
    return f'CASE "{make["of"]}" {arms} END'


@kind("sum_of")
def sum_of(make: Make, _spot: Spot) -> str:
    """The sum of the items named by `of`."""
    return "(" + " + ".join(f'"{name}"' for name in make["of"]) + ")"
