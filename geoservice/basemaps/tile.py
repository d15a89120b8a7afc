"""What the readers of tile files have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geoservice.errors import InvalidInput

FORMATS: Final = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
"""Format as files name it → media type."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture of 256 or 512 pixels and its media type."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of itself.

    Attributes
    ----------
    name, attribution, described : str
        As the file gives them; empty where it says nothing.
    min_zoom, max_zoom : int
        Which zooms it holds.
    bounds : tuple of float
        ``(minx, miny, maxx, maxy)`` in degrees.
    media_type : str
        Of its tiles.
    """

    name: str
    attribution: str
    described: str
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float]
    media_type: str


def media_type_of(form: str, file: str) -> str:
    """Return the media type of a format.

    Raises
    ------
    InvalidInput
        If the tiles are no pictures.
    """
    if form not in FORMATS:
        raise InvalidInput(
            "The tiles of this file are no pictures", f"{file}: {form}", "Give raster tiles: PNG, JPEG, WebP."
        )
    return FORMATS[form]
