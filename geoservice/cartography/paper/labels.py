"""Placing names so that none covers another: the important first, what finds no room is left out."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Label:
    """A name at a point of the map.

    Attributes
    ----------
    words : str
        What is written.
    x, y : float
        Middle of the text, in millimetres.
    size : float
        Height of the letters in millimetres.
    priority : float
        The larger, the earlier it is placed.
    colour : str
    weight : int
        400 or 600.
    spacing : float
        Additional room between letters, in millimetres.
    """

    words: str
    x: float
    y: float
    size: float
    priority: float
    colour: str = "#1F2937"
    weight: int = 400
    spacing: float = 0.0
    style: str = "normal"


@dataclass
class Room:
    """What is taken on a frame, kept in coarse cells so that each test meets few neighbours."""

    width_mm: float
    height_mm: float
    cell_mm: float = 12.0
    _cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = field(default_factory=dict)

    def take(self, label: Label) -> bool:
        """Take the room a label needs, and say whether it was there."""
        wide, high = width_of(label) / 2, label.size * 0.62
        box = (label.x - wide, label.y - high, label.x + wide, label.y + high)
        if box[0] < 0 or box[1] < 0 or box[2] > self.width_mm or box[3] > self.height_mm:
            return False
        cells = [
            (column, row)
            for column in range(int(box[0] // self.cell_mm), int(box[2] // self.cell_mm) + 1)
            for row in range(int(box[1] // self.cell_mm), int(box[3] // self.cell_mm) + 1)
        ]
        if any(_meet(box, other) for cell in cells for other in self._cells.get(cell, ())):
            return False
        for cell in cells:
            self._cells.setdefault(cell, []).append(box)
        return True


def placed(labels: list[Label], width_mm: float, height_mm: float) -> list[Label]:
    """Return the labels that find room, in the order in which they were placed. O(labels) on an even map."""
    room = Room(width_mm, height_mm)
    return [
        one for one in sorted(labels, key=lambda one: (-one.priority, one.words, one.x)) if room.take(one)
    ]


def width_of(label: Label) -> float:
    """Return how wide a label is: a Chinese character is as wide as it is high, a Latin one about half.

    >>> width_of(Label("高新区", 0, 0, 2.0, 1)), width_of(Label("A1", 0, 0, 2.0, 1))
    (6.0, 2.3)
    """
    ems = sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.575 for letter in label.words)
    return round(ems * label.size + label.spacing * max(0, len(label.words) - 1), 6)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
