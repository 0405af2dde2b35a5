"""The trend of a bulletin as SVG: shares over the months, on a scale cut at their lowest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 48.0, 12.0, 16.0, 40.0
# Celadon, sky, amber, plum; the second and later also differ by their dashes.
COLOURS = ("#2f6f62", "#1f5f8b", "#8a5a00", "#7a4b76")
DASHES = ("", "7 4", "2 4", "10 3 2 3")
FAMILY = "Noto Sans SC"

Series = tuple[str, Sequence[float | None]]


def trend(labels: Sequence[str], series: Sequence[Series]) -> str:
    """Lines of shares (0 to 1) over labelled months; gaps where nothing was measured."""
    told = [value for _, values in series for value in values if value is not None]
    low = min([0.95, *(int(value * 20) / 20 for value in told)])
    parts = [_grid(low), *(_label(number, len(labels), label) for number, label in enumerate(labels))]
    for number, (title, values) in enumerate(series[: len(COLOURS)]):
        parts.append(_line(number, values, low))
        parts.append(_key(number, title))
    body = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{body}</svg>'


def _x(number: int, many: int) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * number / max(many - 1, 1), 1)


def _y(value: float, low: float) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (1 - low), 1)


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-family="{FAMILY}" font-size="11" fill="#55676a">'
        f"{escape(words)}</text>"
    )


def _grid(low: float) -> str:
    found = []
    for value in (low, (1 + low) / 2, 1.0):
        y = _y(value, low)
        found.append(f'<line x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:g}" y2="{y:g}" stroke="#e2e4dd"/>')
        found.append(_text(LEFT - 6, y + 4, f"{value * 100:.3g}%", "end"))
    return "".join(found)


def _label(number: int, many: int, label: str) -> str:
    return _text(_x(number, many), HEIGHT - BOTTOM + 16, label)


def _line(number: int, values: Sequence[float | None], low: float) -> str:
    points = [(_x(at, len(values)), _y(value, low)) for at, value in enumerate(values) if value is not None]
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="2.6" fill="{COLOURS[number]}"/>' for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"{dash}/>{dots}'


def _key(number: int, title: str) -> str:
    x, y = LEFT + number * 190, HEIGHT - 6
    dash = f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""
    line = f'<line x1="{x:g}" x2="{x + 26:g}" y1="{y - 4:g}" y2="{y - 4:g}" stroke="{COLOURS[number]}" stroke-width="2"{dash}/>'
    return line + _text(x + 32, y, title, "start")
