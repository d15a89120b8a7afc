"""Reading PMTiles, version 3: one file, a header, directories of tiles along a Hilbert curve, and the tiles.

After the specification at github.com/protomaps/PMTiles, spec/v3.
"""

from __future__ import annotations

import gzip
import json
import os
import struct
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from geoservice.basemaps.tile import About, Tile, media_type_of
from geoservice.errors import InvalidInput

_HEADER: Final = struct.Struct("<7sB11Q6B4iB2i")
_NONE, _GZIP = 1, 2
_TYPES: Final = {1: "mvt", 2: "png", 3: "jpg", 4: "webp", 5: "avif"}
_DEEPEST: Final = 4
"""Directories within directories; a file with more of them turns in a circle."""
_DIRECTORIES_KEPT: Final = 64
_LARGEST_DIRECTORY: Final = 64_000_000


@dataclass(frozen=True)
class _Directory:
    ids: tuple[int, ...]
    runs: tuple[int, ...]
    lengths: tuple[int, ...]
    offsets: tuple[int, ...]


class PMTiles:
    """A file of tiles, read at places (``pread``), so that threads may ask at once.

    Parameters
    ----------
    file : Path
        The file; it is only read.

    Raises
    ------
    InvalidInput
        If it is no PMTiles file of version 3 with pictures in it.
    """

    def __init__(self, file: Path) -> None:
        self._name = file.name
        self._descriptor = os.open(file, os.O_RDONLY)
        self._directory = lru_cache(_DIRECTORIES_KEPT)(self._read_directory)
        try:
            fields = _HEADER.unpack(os.pread(self._descriptor, _HEADER.size, 0))
        except struct.error:
            raise self._broken("its header is cut off") from None
        magic, version, *places = fields[:13]
        _, self._internal, self._compressed, kind, low, high = fields[13:19]
        if magic != b"PMTiles" or version != 3:  # the version of the specification
            raise self._broken(f"version {version}")
        if self._compressed not in (0, _NONE):
            raise self._broken("its pictures are compressed once more")
        self._root, self._metadata = (places[0], places[1]), (places[2], places[3])
        self._leaves, self._tiles = places[4], places[6]
        form = _TYPES.get(kind, "unknown")
        told = self._told()
        bounds = tuple(degrees / 1e7 for degrees in fields[19:23])
        self.about = About(
            str(told.get("name", "")),
            str(told.get("attribution", "")),
            str(told.get("description", "")),
            low,
            high,
            (bounds[0], bounds[1], bounds[2], bounds[3]),
            media_type_of(form, self._name),
        )

    def __del__(self) -> None:
        """Close the file."""
        if hasattr(self, "_descriptor"):
            os.close(self._descriptor)

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """Return a tile, ``None`` where there is none. O(log entries)."""
        wanted = tile_id(z, x, y)
        offset, length = self._root
        for _ in range(_DEEPEST):
            directory = self._directory(offset, length)
            at = bisect_right(directory.ids, wanted) - 1
            if at < 0:
                return None
            if directory.runs[at] > 0:
                if wanted - directory.ids[at] >= directory.runs[at]:
                    return None
                place = self._tiles + directory.offsets[at]
                return Tile(os.pread(self._descriptor, directory.lengths[at], place), self.about.media_type)
            offset, length = self._leaves + directory.offsets[at], directory.lengths[at]
        raise self._broken("its directories do not end")

    def _told(self) -> dict[str, Any]:
        offset, length = self._metadata
        try:
            found = json.loads(self._unpacked(offset, length) or b"{}")
        except (ValueError, OSError):
            return {}
        return found if isinstance(found, dict) else {}

    def _read_directory(self, offset: int, length: int) -> _Directory:
        numbers = _varints(self._unpacked(offset, length))
        try:
            count = numbers[0]
            ids, runs, lengths, given = (
                numbers[1 + column * count : 1 + (column + 1) * count] for column in range(4)
            )
            if len(given) != count:
                raise IndexError
        except IndexError:
            raise self._broken("a directory is cut off") from None
        known, last = [], 0
        for delta in ids:
            last += delta
            known.append(last)
        offsets: list[int] = []
        for number, one in enumerate(given):
            # Zero says: right behind the one before.
            offsets.append(offsets[-1] + lengths[number - 1] if one == 0 and number else one - 1)
        return _Directory(tuple(known), tuple(runs), tuple(lengths), tuple(offsets))

    def _unpacked(self, offset: int, length: int) -> bytes:
        if length > _LARGEST_DIRECTORY:
            raise self._broken("a directory is larger than any can be")
        packed = os.pread(self._descriptor, length, offset)
        if self._internal == _NONE or not packed:
            return packed
        if self._internal != _GZIP:
            raise self._broken("its directories are compressed neither by gzip nor not at all")
        try:
            return gzip.decompress(packed)
        except (OSError, EOFError):
            raise self._broken("a directory cannot be unpacked") from None

    def _broken(self, why: str) -> InvalidInput:
        return InvalidInput(
            "This PMTiles file cannot be read", f"{self._name}: {why}", "Write it anew as PMTiles version 3."
        )


def tile_id(z: int, x: int, y: int) -> int:
    """Return the number of a tile: tiles of smaller zooms first, within a zoom along a Hilbert curve.

    >>> [tile_id(*one) for one in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0))]
    [0, 1, 2, 3, 4, 5]
    >>> tile_id(12, 3423, 1763)
    19078479
    """
    number = ((1 << 2 * z) - 1) // 3
    for level in range(z - 1, -1, -1):
        side = 1 << level
        right, below = side & x, side & y
        number += ((3 * right) ^ below) << level
        if below == 0:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
    return number


def _varints(packed: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 0x7F) << shift
        if byte & 0x80:
            shift += 7
        else:
            found.append(value)
            value, shift = 0, 0
    return found
