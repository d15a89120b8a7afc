"""A file of raster tiles, whichever of its forms: what it covers, and its tiles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from geoservice.basemaps.mbtiles import MBTiles
from geoservice.basemaps.pmtiles import PMTiles
from geoservice.basemaps.tile import About, Tile
from geoservice.errors import InvalidInput

__all__ = ["Archive", "Tile", "open_archive"]

_SHIFTED: Final = re.compile(
    r"gcj|bd-?09|火星|amap|autonavi|gaode|高德|baidu|百度|google\.cn|腾讯|tencent", re.IGNORECASE
)
"""Words of sources whose tiles are shifted by hundreds of metres against every survey."""


class _Reader(Protocol):
    @property
    def about(self) -> About: ...

    def tile(self, z: int, x: int, y: int) -> Tile | None: ...


@dataclass(frozen=True)
class Archive:
    """An opened file of tiles in Web Mercator, y counted from the north.

    Attributes
    ----------
    about : About
        Its name, source, zooms, extent and format.
    """

    about: About
    _reader: _Reader

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """Return a tile, ``None`` where the file has none."""
        inside = self.about.min_zoom <= z <= self.about.max_zoom and 0 <= x < 1 << z and 0 <= y < 1 << z
        return self._reader.tile(z, x, y) if inside else None


def open_archive(file: Path) -> Archive:
    """Open a PMTiles (version 3) or MBTiles file.

    Raises
    ------
    InvalidInput
        If it is neither, holds vector tiles, or names a source whose coordinates are shifted (GCJ-02, BD-09).
    """
    if not file.is_file():
        raise InvalidInput("There is no such file of tiles", file.name, "Correct GEOSERVICE_BASEMAP_FILE.")
    with file.open("rb") as stream:
        start = stream.read(16)
    reader: _Reader
    if start.startswith(b"PMTiles"):
        reader = PMTiles(file)
    elif start.startswith(b"SQLite format 3"):
        reader = MBTiles(file)
    else:
        raise InvalidInput(
            "This is no file of tiles", file.name, "Give a PMTiles (version 3) or MBTiles file."
        )
    about = reader.about
    told = f"{about.name} {about.attribution} {about.described}"
    if found := _SHIFTED.search(told):
        raise InvalidInput(
            "The tiles of this source are shifted (GCJ-02 or BD-09) and do not lie where surveys do",
            found[0],
            "Use tiles in CGCS2000 or WGS 84.",
        )
    return Archive(about, reader)
