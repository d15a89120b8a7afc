"""Reading MBTiles 1.3: an SQLite file whose rows are counted from the south (TMS)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from geoservice.basemaps.tile import About, Tile, media_type_of
from geoservice.errors import InvalidInput

_WORLD: Final = (-180.0, -85.0511, 180.0, 85.0511)


class MBTiles:
    """A file of tiles, opened for each question anew: threads share nothing.

    Parameters
    ----------
    file : Path
        The file; it is only read.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def about(self) -> About:
        """What the file says of itself.

        Raises
        ------
        InvalidInput
            If it is no MBTiles file, or its tiles are no pictures.
        """
        try:
            told = {str(name): str(value) for name, value in self._rows("SELECT name, value FROM metadata")}
            low, high = self._rows("SELECT min(zoom_level), max(zoom_level) FROM tiles")[0]
        except sqlite3.Error as error:
            raise InvalidInput(
                "This is no MBTiles file", f"{self._file.name}: {error}", "Write it anew."
            ) from None
        if low is None:
            raise InvalidInput("This file holds no tiles", self._file.name, "Write it anew.")
        return About(
            told.get("name", ""),
            told.get("attribution", ""),
            told.get("description", ""),
            int(low),
            int(high),
            _bounds(told.get("bounds", "")),
            media_type_of(told.get("format", "png"), self._file.name),
        )

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """Return a tile by its row from the north."""
        rows = self._rows(
            "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
            (z, x, (1 << z) - 1 - y),
        )
        return Tile(bytes(rows[0][0]), self.about.media_type) if rows else None

    def _rows(self, statement: str, values: tuple[int, ...] = ()) -> list[Any]:
        address = f"{self._file.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return connection.execute(statement, values).fetchall()


def _bounds(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return _WORLD
    return west, south, east, north
