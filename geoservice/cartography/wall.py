"""Read ``maps/wall.toml``: which maps and figures a wall shows, for how long each."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from geoservice.cartography.definition import MapDefinition, Text
from geoservice.cartography.errors import InvalidDefinition
from geoservice.cartography.node import Node

WALL_FILE: Final = "wall.toml"
"""The file beside the maps that is no map."""
_LONGEST_WAY_DAYS: Final = 3650


@dataclass(frozen=True)
class Slide:
    """One picture of the wall.

    Parameters
    ----------
    map : str
        Name of the map.
    theme : int
        Number of the theme its main layer is coloured by.
    title : Text, optional
        What stands above it, instead of the map's own title.
    on : date, optional
        The day it shows; today by default.
    in_days : int, optional
        The day it shows, counted from today.
    """

    map: str
    theme: int = 0
    title: Text | None = None
    on: date | None = None
    in_days: int | None = None

    def day(self, today: date) -> date | None:
        """Return the day of the picture, ``None`` for today whenever that is."""
        return today + timedelta(days=self.in_days) if self.in_days else self.on


@dataclass(frozen=True)
class Wall:
    """The slides, the figures, and their rhythm in seconds."""

    slides: tuple[Slide, ...]
    figures: tuple[str, ...]
    dwell_s: float = 25
    refresh_s: float = 60
    shift: bool = True


def read_wall(directory: Path, maps: dict[str, MapDefinition], figures: Sequence[str]) -> Wall:
    """Read what a wall shows; without a file it shows every map.

    Parameters
    ----------
    directory : Path
        Where the maps are defined.
    maps : dict of str to MapDefinition
        The maps there are.
    figures : sequence of str
        The figures there are.

    Raises
    ------
    InvalidDefinition
        When the file is not TOML or does not say what it must.
    """
    file = directory / WALL_FILE
    if not file.is_file():
        return Wall(tuple(Slide(name) for name in maps), tuple(figures))
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidDefinition(f"{WALL_FILE} cannot be read", error, "Write TOML in UTF-8") from None
    node = Node(WALL_FILE, "", document)
    wall = Wall(
        slides=tuple(_slide(one, maps) for one in node.tables("slides")),
        figures=tuple(_ordered(node, figures)),
        dwell_s=node.number("dwell_seconds", 25, 3, 3600),
        refresh_s=node.number("refresh_seconds", 60, 5, 3600),
        shift=node.flag("shift", True),
    )
    if not wall.slides:
        node.refuse("slides", None, "Write [[slides]] with a map each")
    node.refuse_the_rest()
    return wall


def _slide(node: Node, maps: dict[str, MapDefinition]) -> Slide:
    name = node.choice("map", list(maps))
    main = next(layer for layer in maps[name].layers if layer.id == maps[name].main)
    theme = node.number("theme", 0, 0, len(main.themes))
    day = node.day("date")
    in_days = int(node.number("in_days", 0, 0, _LONGEST_WAY_DAYS)) if node.has("in_days") else None
    if day is not None and in_days is not None:
        node.refuse("in_days", in_days, "Give date or in_days, not both")
    title = node.wording("title") if node.has("title") else None
    node.refuse_the_rest()
    return Slide(name, int(theme), title, day, in_days)


def _ordered(node: Node, figures: Sequence[str]) -> list[str]:
    """Return the chosen figures in the order of the file."""
    allowed = set(node.choices("figures", figures)) if node.has("figures") else set(figures)
    return [name for name in (node.texts("figures") or figures) if name in allowed]
