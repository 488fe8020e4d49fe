"""Names on the map: broken into lines, and only where they fit into their district; elsewhere the map has no name.

Of a name with a colon what stands before it is enough where the whole does not fit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lake.site.shapes import Room

# In units of the drawing; the width of a letter is that of a wide typeface.
LETTER, LINE = 11.0, 20.0
BASELINE = 0.32
MOST_LINES = 3


@dataclass(frozen=True)
class TextLine:
    """One line of a name and its baseline."""

    text: str
    y: float


@dataclass(frozen=True)
class Name:
    """The name of a district about the middle `x`."""

    code: str
    x: float
    lines: tuple[TextLine, ...]


def fit_names(rooms: Mapping[str, Room], names: Mapping[str, str]) -> list[Name]:
    """The names that fit, each in as few lines as it needs."""
    found = (
        (code, room, _lines(names[code], room) or _lines(names[code].partition(":")[0], room))
        for code, room in rooms.items()
        if code in names
    )
    return [Name(code, room.x, _placed(room, lines)) for code, room, lines in found if lines]


def _lines(name: str, room: Room) -> list[str]:
    """The words of a name in lines no wider than the room; [] where they do not fit."""
    lines: list[str] = []
    for word in name.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and len(longer) * LETTER <= room.width:
            lines[-1] = longer
        else:
            lines.append(word)
    fits = all(len(line) * LETTER <= room.width for line in lines)
    return lines if fits and len(lines) <= MOST_LINES and len(lines) * LINE <= room.height else []


def _placed(room: Room, lines: list[str]) -> tuple[TextLine, ...]:
    top = room.y - (len(lines) - 1) / 2 * LINE + BASELINE * LINE
    return tuple(TextLine(line, round(top + n * LINE, 1)) for n, line in enumerate(lines))
